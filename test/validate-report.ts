/** For tests: is this JSON what the published schemas promise? */
import { Ajv, type ValidateFunction } from 'ajv';
import { ROUTES_SCHEMA } from '../src/report/routes-schema.ts';
import { REPORT_SCHEMA } from '../src/report/schema.ts';

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
const report = ajv.compile(REPORT_SCHEMA);
const routes = ajv.compile(ROUTES_SCHEMA);

const faults = (validate: ValidateFunction, json: unknown): readonly string[] =>
  validate(json)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? error.keyword}`);

/** What is wrong with a walk's JSON, a line each; [] when nothing is. */
export const validateReport = (json: unknown): readonly string[] => faults(report, json);

/** The same for the JSON of `nettrace routes`. */
export const validateRoutes = (json: unknown): readonly string[] => faults(routes, json);
