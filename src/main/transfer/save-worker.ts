import { createPeer } from '../../shared/rpc/peer'
import { parentChannel } from '../worker'
import { createSaveThread, type SaveListener } from './save-thread'

const peer = createPeer<SaveListener>(
  parentChannel(),
  createSaveThread((what, told) => peer.notify(what, told as never))
)
