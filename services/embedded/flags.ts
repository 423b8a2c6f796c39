/** Renders command line flags, each as one argument `--name=value`, in the order they are given. */
export function flags(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
