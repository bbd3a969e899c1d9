import type { Configuration, FileSet } from 'electron-builder'
import { signing } from './scripts/signing.mjs'

interface Signing {
  mac: boolean
  notary: boolean
  windows: boolean
  azure: NonNullable<NonNullable<Configuration['win']>['azureSignOptions']> | null
}
const { mac: signsMac, notary, windows: signsWindows, azure } = signing(process.env) as Signing

/** Where this is built from, `owner/name`: known on GitHub's runners, and nowhere else. */
const repository = process.env['GITHUB_REPOSITORY']
const [owner, repo] = repository?.split('/') ?? []
/** A package for Debian must name a page and a maintainer; `.invalid` is nobody's (RFC 2606). */
const homepage = repository ? `https://github.com/${repository}` : 'https://treetop.invalid'
const maintainer = process.env['TREETOP_MAINTAINER'] ?? 'The Treetop authors <authors@treetop.invalid>'

/**
 * What goes into the archive, for a system as Node calls it. Linux's SQLite is the one for glibc, which is what Debian has and what Electron is
 * linked with. Each system has a list of its own: beside a common one, a list that only leaves out would let everything else in.
 */
const filesFor = (platform: string): (string | FileSet)[] => [
  'out/**',
  'LICENSE',
  '!out/.treetop',
  // The folder of what packages are built with is left out as a whole; the app itself needs the pictures for its tray.
  { from: 'resources/tray', to: 'resources/tray' },

  // SQLite for one system and processor, and not what it was made of. `${platform}` would be the system that packs.
  `!node_modules/better-sqlite3/prebuilds/!(${platform}-\${arch}.node)`,
  '!node_modules/better-sqlite3/{deps/**,src/**,binding.gyp}',
  '!node_modules/node-addon-api/**',
  // msgpackr is quick enough without its native helper, which is one more binary a platform.
  '!node_modules/{msgpackr-extract,@msgpackr-extract,node-gyp-build-optional-packages,detect-libc}/**',
  // Types, maps, tests and pages to read: nothing that runs. Licences stay.
  '!node_modules/{@types,undici-types}/**',
  '!node_modules/**/*.{ts,mts,cts,map,tsbuildinfo,flow,patch,py}',
  '!node_modules/**/!(LICENSE|license).{md,markdown}',
  '!node_modules/**/{test,tests,__tests__,example,examples,docs,benchmark,benchmarks,.github}/**',
  // The same once more, for browsers or for the other kind of modules (e2e/packages.spec.ts runs what is left).
  '!node_modules/{mqtt,protobufjs,msgpackr,js-yaml}/dist/**',
  '!node_modules/fast-xml-parser/lib/**',
  '!node_modules/zod/**/*.cjs'
]

/** What `npm run dist` makes. Paths are from the root of the project; docs/PACKAGES.md says how it is used. */
const configuration: Configuration = {
  appId: 'app.treetop',
  productName: 'Treetop',
  copyright: 'Copyright © 2026 The Treetop authors',
  // macOS lets an app replace itself only when it is signed (src/main/electron/update-means.ts).
  extraMetadata: { homepage, macSigned: signsMac },
  directories: { output: 'dist', buildResources: 'resources' },
  // Without spaces, and told apart by system and architecture. README.md names them.
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',

  // Only what the system itself loads lies beside the archive; threads are started out of it.
  asar: { smartUnpack: false },
  asarUnpack: ['**/*.node'],
  // Node-API: the prebuilt file loads in any Electron.
  npmRebuild: false,
  nodeGypRebuild: false,

  // docs/SECURITY.md goes through them. What nobody sets stays as Electron has it.
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    onlyLoadAppFromAsar: true,
    // Checked on macOS and Windows, the systems that Electron checks it on.
    enableEmbeddedAsarIntegrityValidation: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false
  },

  // Without a known repository there is no app-update.yml in the package, and the app says that it has nowhere to look for updates.
  publish: owner && repo ? { provider: 'github', owner, repo, releaseType: 'draft' } : null,

  fileAssociations: [
    {
      ext: 'treetop',
      name: 'Treetop Recording',
      description: 'Treetop recording',
      mimeType: 'application/x-treetop',
      icon: 'document',
      role: 'Viewer',
      rank: 'Owner'
    }
  ],
  protocols: [{ name: 'MQTT', schemes: ['mqtt', 'mqtts'], role: 'Viewer' }],

  linux: {
    files: filesFor('linux'),
    target: ['AppImage', 'deb'],
    executableName: 'treetop',
    icon: 'icons',
    category: 'Network;Development;',
    synopsis: 'Desktop MQTT explorer with a broker inside',
    maintainer,
    vendor: 'The Treetop authors',
    // Windows are told apart by the name of the desktop entry, which is `desktopName` in package.json.
    syncDesktopName: true,
    desktop: {
      entry: {
        GenericName: 'MQTT Explorer',
        'GenericName[zh_CN]': 'MQTT 浏览器',
        'Comment[zh_CN]': '内置 Broker 的 MQTT 桌面浏览器',
        Keywords: 'MQTT;IoT;broker;topics;Sparkplug;Mosquitto;',
        StartupNotify: 'true'
      }
    }
  },
  deb: {
    packageCategory: 'net',
    // What Electron's binary is linked with or opens. Debian 13 and Ubuntu 24.04 renamed some for 64-bit time.
    depends: [
      'libasound2t64 | libasound2',
      'libatspi2.0-0t64 | libatspi2.0-0',
      'libgbm1',
      'libgtk-3-0t64 | libgtk-3-0',
      'libnotify4',
      'libnss3',
      'libsecret-1-0',
      'libxss1',
      'libxtst6',
      'xdg-utils'
    ],
    // Where passwords are kept; without one Treetop keeps none.
    recommends: ['gnome-keyring | kwalletmanager']
  },
  // The runtime that brings its own FUSE: the older one wants libfuse2, which no current distribution installs.
  toolsets: { appimage: '1.0.3' },

  mac: {
    files: filesFor('darwin'),
    target: ['dmg', 'zip'],
    icon: 'treetop.icns',
    category: 'public.app-category.developer-tools',
    darkModeSupport: true,
    // Apple's processors run nothing unsigned: without a certificate it is signed ad hoc, which names nobody.
    ...(!signsMac && { identity: '-' }),
    // An ad hoc signature has no team, and the hardened runtime loads libraries of the same team only.
    hardenedRuntime: signsMac,
    gatekeeperAssess: false,
    entitlements: 'resources/entitlements.mac.plist',
    entitlementsInherit: 'resources/entitlements.mac.plist',
    notarize: signsMac && notary,
    // Who has a certificate does not want a package without it.
    forceCodeSigning: signsMac,
    extendInfo: {
      NSLocalNetworkUsageDescription: 'Treetop connects to MQTT brokers in your network.',
      UTExportedTypeDeclarations: [
        {
          UTTypeIdentifier: 'app.treetop.recording',
          UTTypeDescription: 'Treetop Recording',
          UTTypeConformsTo: ['public.data'],
          UTTypeTagSpecification: {
            'public.filename-extension': ['treetop'],
            'public.mime-type': ['application/x-treetop']
          }
        }
      ]
    },
    extraResources: [{ from: 'resources/zh_CN.lproj', to: 'zh_CN.lproj' }]
  },
  dmg: { title: '${productName} ${version}', writeUpdateInfo: false },

  win: {
    files: filesFor('win32'),
    target: ['nsis'],
    icon: 'treetop.ico',
    forceCodeSigning: signsWindows,
    ...(azure && { azureSignOptions: azure })
  },
  nsis: {
    // For the person who installs it, without an administrator, and where they like.
    oneClick: false,
    perMachine: false,
    allowElevation: false,
    allowToChangeInstallationDirectory: true,
    // Histories are the person's own.
    deleteAppDataOnUninstall: false,
    // One installer for each processor: together they would be twice as large.
    buildUniversalInstaller: false,
    installerLanguages: ['en_US', 'zh_CN'],
    include: 'resources/installer.nsh'
  }
}

export default configuration
