import { spawn } from 'node:child_process'

const openers: Partial<Record<NodeJS.Platform, [program: string, before: string[]]>> = {
  darwin: ['open', []],
  win32: ['rundll32', ['url.dll,FileProtocolHandler']]
}

/** Opens the user's browser if there is one. Failures are ignored, because the address has been printed. */
export function openBrowser(url: string): void {
  const { platform, env } = process
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return
  const [program, before] = openers[platform] ?? ['xdg-open', []]
  const child = spawn(program, [...before, url], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
