/**
 * Images in space: {@link org.cirr.volume.Volume} and {@link org.cirr.volume.LabelMap}, which are
 * values on a {@link org.cirr.volume.Geometry}.
 *
 * <p>Arrays are written {@code z y x}, slowest axis first, and spacing follows the axes of the
 * array. World coordinates are millimetres in RAS+: x grows to the patient's right, y to the front,
 * z to the head.
 */
package org.cirr.volume;
