// The lines inside an app and between packages that @nx/enforce-module-boundaries, which stops at package edges,
// cannot hold. tools/boundaries proves that each rule bites.
const { globSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const SPEC = '\\.(spec|contract)\\.ts$';
const TESTKIT = '^libs/testing/|^(apps|libs)/[^/]+/src/testing(\\.ts$|/)';
const DRIVERS = '(^|/)node_modules/(pg|pg-[^/]+|kysely)/';
const TRANSPORT = '(^|/)node_modules/(@grpc/[^/]+|grpc-health-check)/|^libs/(rpc|client)/';
const IO_MODULES = '^(node:)?(fs|fs/promises|net|tls|dgram|dns|http|http2|https|child_process|worker_threads|cluster)$';

const packages = globSync('{apps,libs}/*/package.json', { cwd: __dirname }).map((file) => ({
  root: dirname(file),
  ...JSON.parse(readFileSync(join(__dirname, file), 'utf8')),
}));

const CORE = packages.filter(({ nx }) => nx?.tags?.includes('layer:core')).map(({ root }) => `^${root}/`);

/** What packages say they export: the only files others may import. */
const ENTRIES = packages.flatMap(({ root, exports = {} }) =>
  Object.values(exports).map((entry) => `^${join(root, entry).replaceAll('.', '\\.')}$`),
);

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule('no-cycles', 'Two files that need each other are one file, or hide a third.', {}, { circular: true }),
    rule(
      'no-unresolvable',
      'Imports exist: an import of a file that a package does not export ends here as well.',
      {},
      { couldNotResolve: true },
    ),
    rule(
      'no-deep-imports',
      'A package is what its package.json exports.',
      { path: '^((apps|libs)/[^/]+|bench|tests/stories|tools)/' },
      { path: '^(apps|libs)/[^/]+/', pathNot: ['^$1/', ...ENTRIES] },
    ),
    rule(
      'no-undeclared-packages',
      'What a package imports stands in its own package.json.',
      { path: '^(apps|libs)/', pathNot: SPEC },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    rule(
      'no-testing-in-production',
      'Test kits stay in specs.',
      { path: '^(apps|libs)/', pathNot: [SPEC, TESTKIT] },
      { path: [SPEC, TESTKIT] },
    ),
    rule(
      'no-apps-from-apps',
      'Apps meet through the contract only.',
      { path: '^(apps/[^/]+|libs/[^/]+|bench|tests/stories|tools)/' },
      { path: '^apps/', pathNot: '^$1/' },
    ),
    rule(
      'core-is-pure',
      'Core libraries know no transport, no database and no platform library.',
      { path: CORE },
      { path: [DRIVERS, TRANSPORT, '^libs/'], pathNot: CORE },
    ),
    rule(
      'services-know-no-grpc',
      'grpc-js stays behind @weir/rpc and @weir/client.',
      { path: '^apps/', pathNot: ['^apps/cli/', SPEC] },
      { path: '(^|/)node_modules/(@grpc/[^/]+|grpc-health-check)/' },
    ),
    rule(
      'handlers-see-ports',
      'Handlers see store ports, never the implementation or its database.',
      { path: '^apps/[^/]+/src/handlers/', pathNot: SPEC },
      { path: [DRIVERS, '^libs/database/', '^apps/[^/]+/src/store/(postgres-|schema\\.ts)'] },
    ),
    rule(
      'handlers-know-no-wiring',
      'main and service know handlers, not the other way round.',
      { path: '^apps/[^/]+/src/(handlers|domain|store)/', pathNot: SPEC },
      { path: '^apps/[^/]+/src/(main|service)\\.ts$' },
    ),
    rule(
      'domain-has-no-io',
      'Domain rules are functions of their input.',
      { path: '^apps/[^/]+/src/domain/', pathNot: SPEC },
      {
        path: [
          IO_MODULES,
          DRIVERS,
          TRANSPORT,
          '^libs/(database|audit-outbox|auth|telemetry)/',
          '^apps/[^/]+/src/(store|handlers)/',
        ],
      },
    ),
    rule(
      'stores-see-no-transport',
      'A store answers in domain terms: no transport, no handler.',
      { path: '^apps/[^/]+/src/store/', pathNot: SPEC },
      { path: [TRANSPORT, '^apps/[^/]+/src/handlers/'] },
    ),
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'libs/contracts/src/gen'] },
    exclude: { path: ['^(apps|libs|tests)/[^/]+/dist/', '^(bench|tools)/dist/', '^[^n].*/fixtures/'] },
    // Imports of types count: they are what a reader has to follow.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
