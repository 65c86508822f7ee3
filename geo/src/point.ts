/** A place on Earth, WGS 84. */
export interface GeoPoint {
  /** Degrees, -90 to 90. */
  latitude: number;
  /** Degrees, -180 to 180. */
  longitude: number;
}
