import type { OpenApiDocument } from '@ws-hub/nestjs/openapi';
import { stringify } from 'yaml';

const LINE_WIDTH = 110;
const HEAD =
  '# Made from the schemas of the server by `npm run docs:openapi`; a test holds it against them.\n';

/** The document as docs/openapi.yaml has it. */
export function asYaml(document: OpenApiDocument): string {
  return HEAD + stringify(document, { lineWidth: LINE_WIDTH, aliasDuplicateObjects: false });
}
