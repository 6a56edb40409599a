// What is answered below /v1, as data: an application may show it beside its own requests. Nothing here needs Nest.
export { type OpenApiDocument, openApiDocument, type ProblemResponse } from './document.js';
export type { Body, DescribedRoute, Parameter, ProblemStatus, RouteDescription } from './http-route.js';
export { DESCRIBED_ROUTES } from './routes.js';
export type { JsonSchema, SchemaName } from './schemas.js';
