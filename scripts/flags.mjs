/**
 * The flags of `npm start -- …`: which host to use, and what to pass on to the app.
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

/** Whether this machine can show windows. */
export function hasDisplay(platform, environment) {
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY)
}

/**
 * The systems that `npm run dist -- …` packages for: those named by electron-builder's flags, or this one.
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
 * electron-builder's message about a failed download of its packaging tools; null if it failed for another reason.
 * @param {string} output
 */
export function downloadFault(output) {
  return (
    /getaddrinfo \w+ [\w.-]+|connect E\w+ [\w.:-]+|E(?:TIMEDOUT|CONNRESET)|Response code \d+[^\n]*?(?= {2}|\n|$)/.exec(
      output
    )?.[0] ?? null
  )
}
