import { Board } from '../../shared/contract/boards'
import { ProfileFile } from './per-profile-file'

/** The pinned charts of each profile, in `boards.json` of the data directory. */
export class BoardStore extends ProfileFile<Board> {
  constructor(directory: string) {
    super(directory, 'boards.json', Board, [])
  }
}
