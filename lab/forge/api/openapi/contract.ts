import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { loadGithubDescription, type Operation, type Parameter } from './document.ts';
import { type JsonSchema, SCHEMA_DOCUMENT_ID } from './json-schema.ts';

/** One way in which a message breaks GitHub's description. */
interface Violation {
  /** Where, such as `body/sha` or `query/per_page`. */
  readonly field: string;
  readonly message: string;
}

/** Path and query parameters after validation: converted to their types, with GitHub's defaults filled in. */
export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

interface RequestVerdict {
  readonly parameters: Parameters;
  readonly violations: readonly Violation[];
}

/** GitHub's published contract for the operations the lab offers. */
export interface Contract {
  /** Checks the parameters and the body of a request. Names that GitHub does not know are ignored, as GitHub does. */
  checkRequest(
    operation: string,
    parameters: Readonly<Record<string, string>>,
    body: unknown,
  ): RequestVerdict;
  /** Checks an answer; a status the operation does not list must be an error in GitHub's common form. */
  checkAnswer(operation: string, status: number, body: unknown): readonly Violation[];
}

/** Loads the contract for the named operations. Validators are compiled when an operation is first used. */
export async function loadContract(operations: readonly string[]): Promise<Contract> {
  const description = await loadGithubDescription(operations);
  const strict = createAjv(description.schemas, false);
  const lenient = createAjv(description.schemas, true);
  const compiled = new Map<string, ValidateFunction>();

  function validator(ajv: Ajv, key: string, schema: JsonSchema): ValidateFunction {
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const fresh = ajv.compile(schema);
    compiled.set(key, fresh);
    return fresh;
  }

  function operationOf(name: string): Operation {
    const operation = description.operations.get(name);
    if (operation === undefined) throw new Error(`the contract was loaded without ${name}`);
    return operation;
  }

  function checkRequest(
    name: string,
    given: Readonly<Record<string, string>>,
    body: unknown,
  ): RequestVerdict {
    const operation = operationOf(name);
    const parameters: Record<string, string | number | boolean | undefined> = { ...given };
    const violations: Violation[] = [];
    const checkParameters = validator(lenient, `${name} parameters`, parameterSchema(operation.parameters));
    if (!checkParameters(parameters)) violations.push(...violationsOf('parameters', checkParameters.errors));
    if (operation.body !== undefined) {
      const checkBody = validator(strict, `${name} body`, operation.body);
      if (!checkBody(body)) violations.push(...violationsOf('body', checkBody.errors));
    }
    return { parameters, violations };
  }

  function checkAnswer(name: string, status: number, body: unknown): readonly Violation[] {
    const described = operationOf(name).answers.get(status);
    if (described === null) return body === undefined ? [] : [{ field: 'body', message: 'must be empty' }];
    if (described === undefined && status < 400) {
      return [{ field: 'status', message: `${name} never answers ${status}` }];
    }
    const schema = described ?? reference('basic-error');
    const check = validator(strict, `${name} ${described === undefined ? 'error' : status}`, schema);
    return check(body) ? [] : violationsOf('body', check.errors);
  }

  return { checkRequest, checkAnswer };
}

function createAjv(schemas: JsonSchema, lenient: boolean): Ajv {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    logger: false,
    coerceTypes: lenient,
    useDefaults: lenient,
  });
  addFormats.default(ajv);
  return ajv.addSchema(schemas);
}

function parameterSchema(parameters: readonly Parameter[]): JsonSchema {
  return {
    type: 'object',
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
  };
}

function reference(schema: string): JsonSchema {
  return { $ref: `${SCHEMA_DOCUMENT_ID}#/components/schemas/${schema}` };
}

function violationsOf(root: string, errors: readonly ErrorObject[] | null | undefined): Violation[] {
  return (errors ?? []).map(({ instancePath, keyword, params, message }) => ({
    field: `${root}${instancePath}`,
    message: `${message ?? keyword}${keyword === 'additionalProperties' ? `: ${String(params['additionalProperty'])}` : ''}`,
  }));
}
