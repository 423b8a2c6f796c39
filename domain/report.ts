/** Tells the person who waits what is being done, one finished sentence without a full stop at a time. */
export type Report = (message: string) => void;
