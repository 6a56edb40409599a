import { readFileSync, writeFileSync } from 'node:fs';
import { openApiDocument } from '@ws-hub/nestjs/openapi';
import { asMarkdown } from './markdown.js';
import { asYaml } from './yaml.js';

// Generates docs/openapi.yaml and docs/http-api.md. Run it from the root of the repository.
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const document = openApiDocument(version);
writeFileSync('docs/openapi.yaml', asYaml(document));
writeFileSync('docs/http-api.md', asMarkdown(document));
