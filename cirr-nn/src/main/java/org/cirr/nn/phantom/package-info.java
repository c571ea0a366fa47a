/**
 * Made-up abdominal MRI with known labels, for tests, demos, students and training: {@link
 * org.cirr.nn.phantom.Phantom}.
 */
package org.cirr.nn.phantom;
