import { release } from 'node:os'
import type { Log } from './log'

/** The first line after a start: versions and platform. */
export function tellStart(log: Log, version: string, host: 'desktop' | 'browser'): void {
  const { platform, arch, versions } = process
  const { node, electron, chrome } = versions
  log.info(() => `Treetop ${version} starts`, {
    host,
    system: `${platform} ${arch} ${release()}`,
    node,
    ...(electron !== undefined && { electron, chrome })
  })
}
