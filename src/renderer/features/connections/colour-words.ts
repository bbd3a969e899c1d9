import type { ProfileColour } from '../../../shared/contract/profiles'
import { m } from '../../paraglide/messages'

const names: Record<ProfileColour, () => string> = {
  none: m.profile_colour_none,
  red: m.profile_colour_red,
  amber: m.profile_colour_amber,
  green: m.profile_colour_green,
  blue: m.profile_colour_blue,
  violet: m.profile_colour_violet
}

/** The name of a connection's colour. */
export function colourName(colour: ProfileColour): string {
  return names[colour]()
}

/** What a screen reader says of a connection's colour; '' if it has none. */
export function colourRemark(colour: ProfileColour): string {
  return colour === 'none' ? '' : m.profile_colour_is({ colour: colourName(colour) })
}
