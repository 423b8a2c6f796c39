import { EXIT_CODES, type ExitCode } from './exit-codes.ts';

/**
 * Every error the foundry can name. The code is stable: scripts, docs anchors and runbooks refer to it.
 * `exit` is the exit code of the command that ends with it; `meaning` is one line for the generated reference.
 */
export const ERROR_CATALOGUE = {
  FND_BAD_INPUT: {
    exit: EXIT_CODES.usage,
    meaning: 'An argument, option or environment variable has a value we cannot use.',
  },
  FND_BAD_DATA: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'A file or an answer does not have the form its format demands.',
  },
  FND_BAD_PINS: {
    exit: EXIT_CODES.usage,
    meaning: '`versions.hcl`, or another HCL file of ours, has a form or a value that cannot be used.',
  },
  FND_UNPINNED: {
    exit: EXIT_CODES.usage,
    meaning: '`versions.hcl` leaves something open that a release needs.',
  },
  FND_STALE_LOCK: {
    exit: EXIT_CODES.usage,
    meaning: 'The lock does not belong to this `versions.hcl`.',
  },
  FND_DIGEST_MISMATCH: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'Bytes do not have the digest that was promised.',
  },
  FND_SBOM_MISMATCH: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'An SBOM does not describe the image that it is attached to.',
  },
  FND_SIGNATURE_REFUSED: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'A signature, identity or trust root did not verify.',
  },
  FND_ROLLED_BACK: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'An upstream has a package index that is older than one it had before.',
  },
  FND_NOT_RECORDED: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'Something was to be signed that the history of its release does not show.',
  },
  FND_UNRESOLVED: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'The package repository does not offer what the pins ask for.',
  },
  FND_NOT_CERTIFIED: {
    exit: EXIT_CODES.verificationFailed,
    meaning:
      'The source of the FIPS provider is not the one that an active certificate of the allow-list covers.',
  },
  FND_NOT_HERMETIC: {
    exit: EXIT_CODES.verificationFailed,
    meaning:
      'A build is not hermetic: its recipe reaches for a network, or the sandbox does not hold and something was reached.',
  },
  FND_SELF_TEST_FAILED: {
    exit: EXIT_CODES.gateFailed,
    meaning: 'A self-test of the FIPS provider, KAT or POST, failed while it was built.',
  },
  FND_EVIDENCE_MISSING: {
    exit: EXIT_CODES.incompleteEvidence,
    meaning:
      'An attestation that must be there is not there, or says less than it must; a registry may have lost it.',
  },
  FND_PROVENANCE_REFUSED: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'A genuine provenance says that an image was built otherwise than expected.',
  },
  FND_RESULT_REFUSED: {
    exit: EXIT_CODES.verificationFailed,
    meaning:
      'A genuine result of self-tests or gates says that an image did not pass, or what is stated of a vulnerability does not let it pass.',
  },
  FND_SUMMARY_REFUSED: {
    exit: EXIT_CODES.verificationFailed,
    meaning:
      'A genuine verification summary (VSA) is of another image or other evidence, or says that it failed.',
  },
  FND_WITHDRAWN: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'The image was withdrawn by those who released it.',
  },
  FND_TAG_MOVED: {
    exit: EXIT_CODES.verificationFailed,
    meaning: 'A tag of the published images was moved by somebody else while a release was published.',
  },
  FND_ARTIFACT_MISSING: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning: 'The artifact store does not hold an artifact that is needed.',
  },
  FND_DISK_FULL: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning: 'There is no space left where the foundry writes.',
  },
  FND_PERMISSION: {
    exit: EXIT_CODES.permission,
    meaning: 'The system, the forge or a registry refused an operation the foundry needs.',
  },
  FND_TOOL_MISSING: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning: 'A tool or system package that is needed is not there.',
  },
  FND_TOOL_BUILD_FAILED: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning: 'A pinned tool could not be built.',
  },
  FND_TOOL_FAILED: { exit: EXIT_CODES.unexpected, meaning: 'A tool ended with an error.' },
  FND_TOOL_OUTPUT: {
    exit: EXIT_CODES.unexpected,
    meaning: 'A tool answered something that its format does not allow.',
  },
  FND_PORT_TAKEN: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning: 'A port that a service must listen on is taken by another process.',
  },
  FND_SERVICE_FAILED: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning: 'A service did not start, or died.',
  },
  FND_NOT_RUNNING: { exit: EXIT_CODES.dependencyUnreachable, meaning: 'The services are not running.' },
  FND_ARCHIVE_UNREACHABLE: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning: 'A package archive could not be reached or lacks a package.',
  },
  FND_UNREACHABLE: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning: 'A server could not be reached or gave no usable answer.',
  },
  FND_NEEDED_MISSING: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning: 'The doctor found something missing that is needed.',
  },
  FND_BUSY: { exit: EXIT_CODES.stillRunning, meaning: 'Another foundry command is changing the same state.' },
  FND_CHECK_FAILED: {
    exit: EXIT_CODES.gateFailed,
    meaning: 'A check that a release must pass did not pass; the release was aborted.',
  },
  FND_ABORTED: {
    exit: EXIT_CODES.gateFailed,
    meaning: 'A release was aborted by an operator or a cancellation.',
  },
  FND_WAITING: {
    exit: EXIT_CODES.stillRunning,
    meaning: 'A release waits for an operator to retry or abort it.',
  },
  FND_NO_OPERATOR: {
    exit: EXIT_CODES.dependencyUnreachable,
    meaning:
      'A release waited for an operator as long as its policy allows, nobody came, and it was aborted.',
  },
  FND_NO_RECORD: {
    exit: EXIT_CODES.unexpected,
    meaning: 'A release ended without a record of its end; what it did was not taken back.',
  },
  FND_INTERRUPTED: {
    exit: EXIT_CODES.interrupted,
    meaning: 'The command was interrupted; nothing half-written was left behind.',
  },
} as const satisfies Record<string, { exit: ExitCode; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/**
 * The one error class. `message` names the thing and the value; `hint` is the next step, best a command.
 * Causes are kept, so the whole chain can be printed.
 */
export class FoundryError extends Error {
  override readonly name = 'FoundryError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** How long whoever refused asks to be left alone, in milliseconds; undefined when it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The exit code of a command that ends with this error. */
  get exitCode(): ExitCode {
    return ERROR_CATALOGUE[this.code].exit;
  }
}

/** The message of anything thrown, for use inside another message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
