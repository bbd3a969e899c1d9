import type { Configuration, FileSet } from 'electron-builder'
import { signing } from './scripts/signing.mjs'

interface Signing {
  mac: boolean
  notary: boolean
  windows: boolean
  azure: NonNullable<NonNullable<Configuration['win']>['azureSignOptions']> | null
}
const { mac: signsMac, notary, windows: signsWindows, azure } = signing(process.env) as Signing

/** The repository that this is built from, `owner/name`. Known only on GitHub's runners. */
const repository = process.env['GITHUB_REPOSITORY']
const [owner, repo] = repository?.split('/') ?? []
/** A Debian package must name a home page and a maintainer; `.invalid` is reserved (RFC 2606). */
const homepage = repository ? `https://github.com/${repository}` : 'https://treetop.invalid'
const maintainer = process.env['TREETOP_MAINTAINER'] ?? 'The Treetop authors <authors@treetop.invalid>'

/**
 * The files of the archive, for a system as Node calls it. Linux gets SQLite for glibc, which Debian uses and Electron is linked with.
 * Each system has its own list: combined with a common list, one that only excludes files would include everything else.
 */
const filesFor = (platform: string): (string | FileSet)[] => [
  'out/**',
  'LICENSE',
  '!out/.treetop',
  // The rest of the resources folder is only needed for packaging; the app itself needs the tray images.
  { from: 'resources/tray', to: 'resources/tray' },

  // SQLite for one system and processor, without its sources. `${platform}` would be the packaging machine's system.
  `!node_modules/better-sqlite3/prebuilds/!(${platform}-\${arch}.node)`,
  '!node_modules/better-sqlite3/{deps/**,src/**,binding.gyp}',
  '!node_modules/node-addon-api/**',
  // msgpackr is fast enough without its native helper, which would be one more binary per platform.
  '!node_modules/{msgpackr-extract,@msgpackr-extract,node-gyp-build-optional-packages,detect-libc}/**',
  // Types, source maps, tests and documentation are not needed at run time. Licences stay.
  '!node_modules/{@types,undici-types}/**',
  '!node_modules/**/*.{ts,mts,cts,map,tsbuildinfo,flow,patch,py}',
  '!node_modules/**/!(LICENSE|license).{md,markdown}',
  '!node_modules/**/{test,tests,__tests__,example,examples,docs,benchmark,benchmarks,.github}/**',
  // Duplicate builds for browsers or for the other module format (e2e/packages.spec.ts tests that the rest suffices).
  '!node_modules/{mqtt,protobufjs,msgpackr,js-yaml}/dist/**',
  '!node_modules/fast-xml-parser/lib/**',
  '!node_modules/zod/**/*.cjs'
]

/** Configuration of `npm run dist`. Paths are relative to the project root; docs/PACKAGES.md describes its use. */
const configuration: Configuration = {
  appId: 'app.treetop',
  productName: 'Treetop',
  copyright: 'Copyright © 2026 The Treetop authors',
  // macOS lets an app replace itself only if it is signed (src/main/electron/update-means.ts).
  extraMetadata: { homepage, macSigned: signsMac },
  directories: { output: 'dist', buildResources: 'resources' },
  // No spaces, and distinct by system and architecture. README.md lists these names.
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',

  // Only files that the system itself loads are unpacked from the archive; worker threads start from inside it.
  asar: { smartUnpack: false },
  asarUnpack: ['**/*.node'],
  // Node-API: the prebuilt file loads in any Electron version.
  npmRebuild: false,
  nodeGypRebuild: false,

  // docs/SECURITY.md explains them. Unset fuses keep Electron's defaults.
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    onlyLoadAppFromAsar: true,
    // Electron checks this only on macOS and Windows.
    enableEmbeddedAsarIntegrityValidation: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false
  },

  // Without a known repository the package has no app-update.yml, and the app reports that it has no update source.
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
    // Desktops match windows to the desktop entry by its name, which is `desktopName` in package.json.
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
    // Libraries that Electron's binary is linked with or opens. Debian 13 and Ubuntu 24.04 renamed some for 64-bit time.
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
    // Stores passwords. Without one Treetop saves no passwords.
    recommends: ['gnome-keyring | kwalletmanager']
  },
  // This runtime includes its own FUSE: the older one needs libfuse2, which no current distribution installs by default.
  toolsets: { appimage: '1.0.3' },

  mac: {
    files: filesFor('darwin'),
    target: ['dmg', 'zip'],
    icon: 'treetop.icns',
    category: 'public.app-category.developer-tools',
    darkModeSupport: true,
    // Apple silicon runs only signed code: without a certificate, use an ad hoc signature, which identifies no one.
    ...(!signsMac && { identity: '-' }),
    // An ad hoc signature has no team, and the hardened runtime loads only libraries of the same team.
    hardenedRuntime: signsMac,
    gatekeeperAssess: false,
    entitlements: 'resources/entitlements.mac.plist',
    entitlementsInherit: 'resources/entitlements.mac.plist',
    notarize: signsMac && notary,
    // If a certificate is configured, never produce an unsigned package.
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
    // Installs per user, without administrator rights, in a folder that the user can choose.
    oneClick: false,
    perMachine: false,
    allowElevation: false,
    allowToChangeInstallationDirectory: true,
    // Histories are user data and must survive an uninstall.
    deleteAppDataOnUninstall: false,
    // One installer per processor: a combined one would be twice as large.
    buildUniversalInstaller: false,
    installerLanguages: ['en_US', 'zh_CN'],
    include: 'resources/installer.nsh'
  }
}

export default configuration
