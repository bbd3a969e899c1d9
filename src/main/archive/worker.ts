import { createPeer } from '../../shared/rpc/peer'
import { parentChannel } from '../worker'
import type { ArchiveListener } from './archive'
import { createArchive } from './service'

const peer = createPeer<ArchiveListener>(
  parentChannel(),
  createArchive((progress) => peer.notify('progress', progress))
)
