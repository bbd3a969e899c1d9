import { strict } from './strict'

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

const displays = JSON.parse(
  process.env['TREETOP_STAND_IN_DISPLAYS'] ?? '[{"id":1,"workArea":{"x":0,"y":0,"width":1920,"height":1040}}]'
) as { id: number; workArea: Bounds }[]

export const screen = strict('screen', {
  getAllDisplays: () => displays,
  getDisplayMatching({ x, y }: Bounds) {
    const on = displays.find(
      ({ workArea }) =>
        x >= workArea.x &&
        x < workArea.x + workArea.width &&
        y >= workArea.y &&
        y < workArea.y + workArea.height
    )
    return on ?? displays[0]!
  }
})
