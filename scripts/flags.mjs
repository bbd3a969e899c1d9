/**
 * What `npm start -- …` was told: which host to use, and what is passed on to the app.
 * @param {string[]} argv
 */
export function startFlags(argv) {
  const own = ['--desktop', '--web']
  const [desktop, web] = own.map((flag) => argv.includes(flag))
  return {
    host: desktop ? 'desktop' : web ? 'web' : 'any',
    both: desktop && web,
    rest: argv.filter((argument) => !own.includes(argument))
  }
}

/** Whether windows can be shown here. */
export function hasDisplay(platform, environment) {
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY)
}

/**
 * The systems that `npm run dist -- …` packs for: those that electron-builder's flags name, or this one.
 * @param {string[]} argv
 * @param {NodeJS.Platform} platform
 * @returns {NodeJS.Platform[]}
 */
export function packagedFor(argv, platform) {
  const systems = /** @type {const} */ ([
    ['linux', ['--linux', '-l']],
    ['darwin', ['--mac', '--macos', '-m', '-o']],
    ['win32', ['--win', '--windows', '-w']]
  ])
  const named = systems
    .filter(([, flags]) => flags.some((flag) => argv.includes(flag)))
    .map(([system]) => system)
  return named.length > 0 ? named : [platform]
}

/**
 * What kept electron-builder from downloading what it packs with, in its own words; null when that is not what it failed at.
 * @param {string} output
 */
export function downloadFault(output) {
  return (
    /getaddrinfo \w+ [\w.-]+|connect E\w+ [\w.:-]+|E(?:TIMEDOUT|CONNRESET)|Response code \d+[^\n]*?(?= {2}|\n|$)/.exec(
      output
    )?.[0] ?? null
  )
}
