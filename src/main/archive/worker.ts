import { createPeer } from '../../shared/rpc/peer'
import { parentChannel } from '../worker'
import type { ArchiveListener } from './archive-functions'
import { createArchive } from './archive-thread'

const peer = createPeer<ArchiveListener>(
  parentChannel(),
  createArchive(
    (progress) => peer.notify('progress', progress),
    (frame) => peer.notify('frame', frame)
  )
)
