import type { Bridge, MosquittoNote } from '../../shared/contract/bridge'
import type { BridgeNote, ServerKind } from '../../shared/contract/left-behind'
import type { Profile } from '../../shared/contract/profiles'
import { mosquittoLines } from './mosquitto-lines'

/** Where the bridges' certificates are, in the folder of the server. */
const FOLDER = 'certs'

const faults: Record<MosquittoNote['kind'], BridgeNote['fault']> = {
  webSocket: 'WEB_SOCKET',
  topic: 'TOPIC',
  username: 'USER_NAME',
  password: 'PASSWORD',
  key: 'KEY',
  pfx: 'PFX',
  passphrase: 'PASSPHRASE',
  scram: 'SCRAM',
  proxy: 'PROXY',
  retain: 'RETAIN'
}

interface ServerBridges {
  lines: string[]
  /** Paths are relative to the folder of the server. */
  files: { path: string; text: string }[]
  notes: BridgeNote[]
}

/** The bridges that are on, for the configuration of a server, and what it does not get of them. */
export function bridgesFor(
  server: ServerKind,
  { brokerId, bridges, profiles }: { brokerId: string; bridges: Bridge[]; profiles: Profile[] }
): ServerBridges {
  const all: ServerBridges = { lines: [], files: [], notes: [] }
  for (const bridge of bridges) {
    const note = (fault: BridgeNote['fault'], filter: string | null = null): void => {
      all.notes.push({ bridge: bridge.name, fault, filter })
    }
    const profile = profiles.find(({ id }) => id === bridge.profileId)
    if (!bridge.on) note('OFF')
    else if (server === 'emqx') note('SERVER')
    else if (!profile) note('PROFILE')
    else {
      const { lines, files, notes } = mosquittoLines(bridge, profile, { brokerId, folder: FOLDER })
      if (lines.length > 0) all.lines.push(...(all.lines.length > 0 ? [''] : []), ...lines)
      all.files.push(...files.map(({ name, content }) => ({ path: `${FOLDER}/${name}`, text: content })))
      for (const each of notes) note(faults[each.kind], each.kind === 'topic' ? each.filter : null)
    }
  }
  return all
}
