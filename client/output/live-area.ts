import type { Terminal } from './io.ts';

/** The last lines of a terminal, drawn anew whenever something changed. */
export interface LiveArea {
  /** Replaces what was drawn before. Lines that do not fit are cut off; of too many, the last are shown. */
  draw(lines: readonly string[]): void;
  /** Takes away what was drawn, so that the next thing stands in its place. */
  clear(): void;
}

/** A live area at the cursor of a terminal. Nothing else may write to the terminal between two drawings. */
export function createLiveArea(terminal: Terminal): LiveArea {
  let drawn: readonly string[] = [];
  const erase = (): string => (drawn.length === 0 ? '' : `\u001B[${drawn.length}A\u001B[0J`);
  return {
    draw(lines) {
      const { columns, rows } = terminal.size();
      const fitting = lines.slice(-Math.max(1, rows - 1)).map((line) => cut(line, columns - 1));
      if (fitting.length === drawn.length && fitting.every((line, index) => line === drawn[index])) return;
      terminal.write(`${erase()}${fitting.join('\n')}\n`);
      drawn = fitting;
    },
    clear() {
      if (drawn.length > 0) terminal.write(erase());
      drawn = [];
    },
  };
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}
