import type { OpenApiDocument } from '@ws-hub/nestjs/openapi';
import { stringify } from 'yaml';

const LINE_WIDTH = 110;
const HEAD =
  '# Generated from the schemas of the server by `npm run docs:openapi`; a test compares it with them.\n';

/** The document as YAML, for docs/openapi.yaml. */
export function asYaml(document: OpenApiDocument): string {
  return HEAD + stringify(document, { lineWidth: LINE_WIDTH, aliasDuplicateObjects: false });
}
