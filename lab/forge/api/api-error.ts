/** A refusal in GitHub's form. `errors` says what is wrong with which field. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    options: { errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

export interface FieldError {
  readonly resource?: string;
  readonly field: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'custom';
  readonly message: string;
}

/** The refusal of a body whose field has a value that cannot be used. */
export function invalid(field: string, message: string): ApiError {
  return new ApiError(422, `Validation Failed: ${message}`, {
    errors: [{ field, code: 'invalid', message }],
  });
}

/** The refusal of something that is not there. */
export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}
