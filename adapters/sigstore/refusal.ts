import { FoundryError } from '../../domain/errors.ts';

/**
 * Why a signature was refused.
 * `malformed`: not a bundle of the form we accept. `payload-type`: the envelope holds no in-toto statement.
 * `signature`: the signature is not over these bytes by the certificate's key. `timestamp`, `log`: no trusted proof of time
 * or of the log entry. `trust-root`: the certificate does not come from the trusted authority. `identity`, `issuer`: it is
 * somebody else's. `predicate-type`, `digest`: it says another thing, or says it about another artifact.
 */
export type RefusalReason =
  | 'malformed'
  | 'payload-type'
  | 'signature'
  | 'timestamp'
  | 'log'
  | 'trust-root'
  | 'identity'
  | 'issuer'
  | 'predicate-type'
  | 'digest';

/** FND_SIGNATURE_REFUSED with its reason. */
export class SignatureRefused extends FoundryError {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, cause?: unknown) {
    super('FND_SIGNATURE_REFUSED', `signature refused (${reason}): ${message}`, {
      hint: 'Do not use the artifact. Compare who signed it, and with which trusted root it is verified.',
      ...(cause === undefined ? {} : { cause }),
    });
    this.reason = reason;
  }
}
