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
