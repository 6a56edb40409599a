/** All suites run TypeScript through swc as native ES modules; only where they look for tests differs. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^@ws-hub/logging/escape-controls$': '<rootDir>/libs/logging/src/escape-controls.ts',
    '^@ws-hub/jetstream/options$': '<rootDir>/libs/jetstream/src/options.ts',
    '^@ws-hub/nestjs/auth$': '<rootDir>/libs/nestjs/src/auth/index.ts',
    '^@ws-hub/nestjs/gateway$': '<rootDir>/libs/nestjs/src/gateway/index.ts',
    '^@ws-hub/nestjs/keys$': '<rootDir>/libs/nestjs/src/keys/index.ts',
    '^@ws-hub/nestjs/openapi$': '<rootDir>/libs/nestjs/src/openapi/index.ts',
    '^@ws-hub/nestjs/options$': '<rootDir>/libs/nestjs/src/options.ts',
    '^@ws-hub/nestjs/schemas$': '<rootDir>/libs/nestjs/src/gateway/v1.schemas.ts',
    '^@ws-hub/hub-client/http$': '<rootDir>/libs/hub-client/src/http/index.ts',
    '^@ws-hub/hub/testing$': '<rootDir>/libs/hub/src/testing/index.ts',
    '^@ws-hub/(.*)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/libs/[^/]+/dist/'],
};

export default {
  // Real processes on a busy machine: a bound for what hangs, never a measure.
  testTimeout: 60_000,
  testSequencer: './test/longest-first.js',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs}/*/src/**/*.spec.ts', '<rootDir>/{bench/src,test}/**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/{apps/*/test,libs/*/test,bench/test,test}/**/*.e2e-spec.ts'],
    },
    { ...shared, displayName: 'cluster', testMatch: ['<rootDir>/test/cluster/*.cluster-spec.ts'] },
    { ...shared, displayName: 'attacks', testMatch: ['<rootDir>/test/attacks/*.attack-spec.ts'] },
    { ...shared, displayName: 'site', testMatch: ['<rootDir>/test/site/*.site-spec.ts'] },
    { ...shared, displayName: 'model', testMatch: ['<rootDir>/test/model/*.model-spec.ts'] },
    { ...shared, displayName: 'faults', testMatch: ['<rootDir>/test/faults/*.fault-spec.ts'] },
  ],
};
