import { z } from 'zod'
import { call } from './define'
import { Job } from './jobs'
import { ServerKind } from './left-behind'

export const outgrowCalls = {
  /**
   * Writes a folder with which a server takes over from the local broker: its configuration, users, rules, certificate, bridges, a
   * compose.yaml, and the retained messages as a script. Its job's result (`server`) says what could not be taken along. On the
   * desktop the job asks for the folder; in a browser, `folder` is its absolute path on the computer that runs Treetop. Throws
   * INVALID_INPUT; the job fails with FOLDER_NOT_EMPTY or FILE_UNWRITABLE.
   */
  'outgrow.write': call('main', z.object({ server: ServerKind, folder: z.string().nullable() }), Job)
}
