import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/**
 * Import boundaries (docs/ARCHITECTURE.md). `relative` is a regular expression for the allowed paths out of a folder, matched against
 * what follows `../`; `packages` lists the allowed packages, if limited; `not` adds exclusions. Type imports count.
 */
const boundary = (files, message, { relative, packages, not }) => ({
  files,
  ignores: ['**/*.test.ts', '**/*fixture.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: `^\\.\\./(?!${relative})`, message },
          ...(not === undefined ? [] : [{ regex: not, message }]),
          ...(packages === undefined ? [] : [{ regex: `^(?!\\.|(?:${packages})(?:/|$|\\?))`, message }])
        ]
      }
    ]
  }
})

const node = 'node:[a-z0-9/_]+'
const service = (folder, { beside = '', packages }) =>
  boundary(
    [`src/main/${folder}/**`],
    `${folder}/ imports shared${beside && ', '}${beside} and itself (rule 3); its packages are ${packages || 'none'} (rule 5).`,
    {
      relative: `\\.\\./shared/|(?:worker|pacer|private-file)$${beside
        .split(', ')
        .filter(Boolean)
        .map((name) => `|${name}/`)
        .join('')}`,
      packages: [node, ...(packages ? packages.split(', ') : [])].join('|')
    }
  )

const boundaries = [
  boundary(['src/shared/**'], 'shared/ imports itself and zod (rule 1).', {
    relative: '(?!\\.\\.)',
    packages: 'zod'
  }),
  boundary(['src/shared/rpc/**'], 'shared/rpc/ imports shared, birpc and msgpackr (rule 1).', {
    relative: '(?!\\.\\.)',
    packages: 'birpc|msgpackr'
  }),
  boundary(['src/main/broker/*'], 'broker/ imports shared and its own folders (rule 3).', {
    relative: '\\.\\./shared/|worker$|profiles/',
    packages: `${node}|@peculiar/asn1-[a-z0-9]+`
  }),
  ...[
    ['codec', '', node],
    ['core', '|codec/', node],
    ['store', '|codec/|core/|\\.\\./private-file$', `${node}|better-sqlite3`],
    ['access', '|codec/|core/|scram$', node],
    ['faults', '|codec/|core/', node],
    ['listeners', '|core/|certificate-check$', `${node}|ws`],
    ['mqtt-sn', '|core/', node],
    ['inspect', '|codec/|core/|store/|thread-load$|\\.\\./packets/|\\.\\./decode/|\\.\\./pacer$', node]
  ].map(([folder, beside, packages]) =>
    boundary(
      [`src/main/broker/${folder}/**`],
      'broker/: codec imports shared, core imports codec, store, access, faults, listeners and mqtt-sn import core, inspect imports these (rules 3 and 5).',
      { relative: `\\.\\./\\.\\./shared/${beside}`, packages }
    )
  ),
  ...['codec', 'gateway'].map((folder) =>
    boundary(
      [`src/main/broker/mqtt-sn/${folder}/**`],
      'mqtt-sn/: its gateway imports its codec, and both the codec and core of the broker (rule 3).',
      { relative: '(?:codec|\\.\\./(?:codec|core)|\\.\\./\\.\\./\\.\\./shared)/', packages: node }
    )
  ),
  service('mqtt', { beside: 'packets, recorder', packages: 'mqtt, socks' }),
  service('bridge', { beside: 'mqtt, recorder, packets, retained, jobs, profiles', packages: 'zod' }),
  service('recorder', { beside: 'history', packages: '' }),
  service('topics', { beside: 'history, decode', packages: '' }),
  service('retained', { beside: 'jobs, mqtt, recorder, packets, history, decode', packages: '' }),
  service('connection', {
    beside: 'mqtt, recorder, topics, retained, history, decode, packets, devices, jobs, automation',
    packages: ''
  }),
  boundary(['src/main/automation/replay/**'], 'replay/ imports shared and what it plays through (rule 3).', {
    relative: '\\.\\./\\.\\./shared/|\\.\\./(?:pacer$|(?:mqtt|history|jobs|packets|recorder)/)',
    packages: node
  }),
  boundary(
    ['src/main/automation/watch/**'],
    'watch/ imports shared and what its rules see and do (rule 3).',
    {
      relative: '\\.\\./\\.\\./shared/|\\.\\./(?:(?:pacer|private-file)$|(?:mqtt|history|decode|recorder)/)',
      packages: node
    }
  ),
  boundary(
    ['src/main/automation/scripts/**'],
    'scripts/ imports shared, process, profiles, and what messages come from (rules 3 and 5).',
    {
      relative: '\\.\\./\\.\\./shared/|\\.\\./(?:process$|(?:profiles|recorder)/)|watch/echoes$',
      packages: `${node}|@jitl/quickjs-singlefile-mjs-release-sync|quickjs-emscripten-core|zod`
    }
  ),
  service('history', { packages: 'better-sqlite3' }),
  service('devices', { beside: 'decode', packages: '' }),
  service('packets', { packages: 'mqtt-packet' }),
  service('decode', { packages: 'ajv, avsc, fast-xml-parser, protobufjs' }),
  service('archive', { beside: 'topics, history, decode, encode, transfer, automation', packages: '' }),
  service('encode', { beside: 'decode, ../../messages/en', packages: 'avsc, protobufjs' }),
  service('transfer', { beside: 'history, decode, jobs', packages: '' }),
  service('recordings', { beside: 'jobs', packages: '' }),
  service('profiles', { packages: 'zod, better-sqlite3' }),
  service('demo', { packages: 'mqtt' }),
  service('probe', { beside: 'mqtt, jobs, profiles, ../../messages/en', packages: 'mqtt' }),
  service('learn', { beside: 'broker, mqtt, profiles', packages: 'mqtt, zod' }),
  service('log', { packages: 'electron-log' }),
  boundary(['src/main/automation/template/**'], 'automation/template/ imports shared and itself (rule 3).', {
    relative: '\\.\\./\\.\\./shared/',
    packages: node
  }),
  boundary(
    ['src/main/automation/collections/**'],
    'automation/collections/ imports shared, profiles, encode, template and itself (rules 3 and 5).',
    { relative: '\\.\\./\\.\\./shared/|\\.\\./(?:profiles|encode)/|template/', packages: `${node}|yaml|zod` }
  ),
  boundary(
    ['src/main/automation/request/**'],
    'automation/request/ imports shared, mqtt, recorder, decode and itself (rule 3).',
    { relative: '\\.\\./\\.\\./shared/|\\.\\./(?:mqtt|recorder|decode)/', packages: node }
  ),
  boundary(
    ['src/main/automation/simulator/**'],
    'automation/simulator/ imports shared, mqtt, template, collections and schedule (rules 3 and 5).',
    {
      relative: '\\.\\./\\.\\./shared/|\\.\\./(?:mqtt/|worker$)|template/|collections/|schedule/punctuality$',
      packages: `${node}|mqtt-packet|ws`
    }
  ),
  boundary(
    ['src/main/automation/schedule/**'],
    'automation/schedule/ imports shared, mqtt, collections and what replay/ has of time and publishing (rules 3 and 5).',
    {
      relative: '\\.\\./\\.\\./shared/|\\.\\./mqtt/|collections/|replay/(?:clock|outlet)$',
      packages: `${node}|croner`
    }
  ),
  boundary(
    ['src/main/automation/checks/**'],
    'automation/checks/ imports shared, template, collections, mqtt, packets, decode, encode, history, jobs, broker and profiles (rules 3 and 5).',
    {
      relative:
        '\\.\\./\\.\\./shared/|\\.\\./\\.\\./\\.\\./messages/en/|\\.\\./(?:mqtt|packets|decode|encode|history|jobs|broker|profiles)/|\\.\\./worker$|(?:template|collections)/',
      packages: `${node}|json-p3|mqtt|yaml|zod`
    }
  ),
  service('app', { packages: '' }),
  service('jobs', { packages: '' }),
  service('decoding', { beside: 'archive, connection, profiles', packages: '' }),
  service('local-broker', { beside: 'broker, connection, demo, jobs, profiles', packages: '' }),
  boundary(
    ['src/main/local-broker/*/**'],
    'Folders of local-broker/ import shared, broker, jobs and each other (rule 3).',
    { relative: '\\.\\./\\.\\./shared/|\\.\\./(?:broker|jobs)/|mosquitto/', packages: node }
  ),
  service('router', { beside: 'archive, broker, connection, recordings, topics', packages: '' }),
  boundary(
    ['src/main/compose.ts', 'src/main/compose-broker.ts', 'src/main/compose-collections.ts'],
    'compose imports everything but electron/ and web/ (rule 4).',
    {
      relative: 'shared/',
      packages: node,
      not: '^\\./(?:electron|web)/'
    }
  ),
  boundary(
    ['src/main/worker.ts', 'src/main/process.ts', 'src/main/headless.ts'],
    'Browser mode and the threads know no Electron (rule 5).',
    {
      relative: 'shared/',
      packages: node,
      not: '^\\./electron/'
    }
  ),
  boundary(
    ['src/main/command/**'],
    'command/ imports everything but compose and electron/; nothing but the entries, web/ and electron/ imports it (rule 4).',
    {
      relative: '(?!compose|electron/)',
      packages: `${node}|commander|csv-parse|@modelcontextprotocol/sdk|zod`
    }
  ),
  boundary(['src/main/web/**'], 'web/ imports compose, shared, profiles, log and command (rule 4).', {
    relative: '\\.\\./shared/|compose$|profiles/|log/|command/',
    packages: `${node}|ws`
  }),
  boundary(
    ['src/main/electron/**'],
    'electron/ imports compose, shared, messages and what both hosts share (rule 4).',
    {
      relative: '\\.\\./shared/|\\.\\./\\.\\./messages/|compose$|host$|process$|log/|profiles/|web/|command/',
      packages: `${node}|electron|zod`
    }
  ),
  boundary(['src/preload/**'], 'The preload imports electron and types of shared.', {
    relative: 'shared/',
    packages: 'electron'
  }),
  {
    files: ['src/main/mqtt/*.ts'],
    ignores: [
      'src/main/mqtt/authentication.ts',
      'src/main/mqtt/bridging.ts',
      'src/main/mqtt/client.ts',
      'src/main/mqtt/mark-repeats.ts',
      'src/main/mqtt/open-client.ts',
      'src/main/mqtt/options.ts',
      'src/main/mqtt/mqttjs-packets.ts',
      'src/main/mqtt/outgoing-properties.ts',
      'src/main/mqtt/topic-aliases.ts',
      '**/*.test.ts'
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'mqtt', message: 'mqtt is imported in open-client.ts (rule 5).' }] }
      ]
    }
  },
  boundary(['src/renderer/*'], 'The page imports shared and its own folders (rule 2).', {
    relative: 'shared/',
    packages: 'svelte|@lucide/svelte'
  }),
  boundary(['src/renderer/shell/**'], 'shell/ puts pages together (rule 2).', {
    relative: '(?:\\.\\./shared|workspace|features|state|ui|paraglide)/|connect$|ui$',
    packages: 'svelte|@lucide/svelte'
  }),
  boundary(['src/renderer/workspace/**'], 'workspace/ puts features together, and knows no shell (rule 2).', {
    relative: '(?:\\.\\./shared|features|state|ui|paraglide)/|ui$',
    packages: 'svelte|@lucide/svelte'
  }),
  boundary(['src/renderer/state/**'], 'state/ imports shared, the words and types of ui/ (rule 2).', {
    relative: '\\.\\./shared/|paraglide/|ui/|ui$',
    packages: 'svelte|jsonc-parser'
  }),
  boundary(
    ['src/renderer/features/**'],
    'Features import state, ui, the words and shared, never each other (rule 2).',
    {
      relative:
        '\\.\\./(?:state|ui|paraglide)/|\\.\\./ui$|\\.\\./\\.\\./shared/|\\.\\./\\.\\./\\.\\./docs/script-api',
      packages: 'svelte|@lucide/svelte'
    }
  ),
  boundary(
    ['src/renderer/features/*/*/**'],
    'Parts of a feature import the feature, state, ui, the words and shared, never another feature (rule 2).',
    {
      relative: '(?!\\.\\.)|\\.\\./\\.\\./(?:(?:state|ui|paraglide)/|ui$|\\.\\./shared/)',
      packages: 'svelte|@lucide/svelte'
    }
  ),
  boundary(['src/renderer/ui/**'], 'ui/ imports only itself (rule 2).', {
    relative: '(?!)',
    packages: 'svelte|@lucide/svelte|bits-ui|@codemirror/[a-z-]+|@lezer/highlight|qr|uplot'
  }),
  boundary(['src/renderer/ui/*/**'], 'A folder in ui/ imports only ui/ (rule 2).', {
    relative: '(?!\\.\\.)[^/]+$',
    packages: 'svelte|@lucide/svelte'
  })
]

/**
 * Rules that need types take most of the time in components, because TypeScript checks its program anew for each of them. `npm test` leaves
 * these to `npm run lint`, which the workflow runs in a job of its own.
 */
const componentsWithoutTypes =
  process.env.TREETOP_LINT === 'quick'
    ? [
        {
          files: ['**/*.svelte'],
          ...ts.configs.disableTypeChecked,
          languageOptions: { parserOptions: { projectService: false, parser: ts.parser, svelteConfig } }
        }
      ]
    : []

export default ts.config(
  {
    ignores: [
      'out/',
      'dist/',
      'node_modules/',
      'src/renderer/paraglide/',
      'test-results/',
      'playwright-report/',
      'project.inlang/'
    ]
  },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/*.mjs', 'bench/*.mjs', 'fuzz/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte']
      }
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' }
  },
  {
    files: ['src/**', 'e2e/**', 'bench/**/*.ts', 'fuzz/**/*.ts', '*.ts'],
    rules: {
      'max-lines': ['error', { max: 300 }],
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off'
    }
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, svelteConfig }
    },
    rules: {
      // svelte-check reports Svelte's own warnings. They are unknown here, so the comments that silence them look unused.
      'svelte/no-unused-svelte-ignore': 'off',
      // Values that need no reactivity are plain on purpose.
      'svelte/prefer-svelte-reactivity': 'off',
      // svelte-check checks types in components.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off'
    }
  },
  {
    files: ['**/*.mjs', '*.js'],
    ...ts.configs.disableTypeChecked,
    languageOptions: { ...ts.configs.disableTypeChecked.languageOptions, globals: globals.node }
  },
  {
    // Declarations for scripts in JavaScript, which TypeScript does not check here.
    files: ['docs/*.d.ts'],
    ...ts.configs.disableTypeChecked,
    rules: {
      ...ts.configs.disableTypeChecked.rules,
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unused-vars': 'off'
    }
  },
  {
    // Tests verify external data through their assertions.
    files: ['**/*.test.ts', '**/*fixture.ts', 'e2e/**'],
    rules: {
      'max-lines': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off'
    }
  },
  ...componentsWithoutTypes,
  ...boundaries
)
