// The routes below /v1 as data, which an application can publish beside its own. Nothing here needs Nest.
export { type OpenApiDocument, openApiDocument, type ProblemResponse } from './document.js';
export type { Body, DescribedRoute, Parameter, ProblemStatus, RouteDescription } from './http-route.js';
export { DESCRIBED_ROUTES } from './routes.js';
export type { JsonSchema, SchemaName } from './schemas.js';
