import { createPeer } from '../../shared/rpc/peer'
import { parentChannel } from '../worker'
import type { ArchiveListener } from './service'
import { createArchive } from './archive'

const peer = createPeer<ArchiveListener>(
  parentChannel(),
  createArchive(
    (progress) => peer.notify('progress', progress),
    (frame) => peer.notify('frame', frame)
  )
)
