/**
 * Structures counted one by one: lesions, vertebrae, vessels, and how those of a reference and a
 * prediction belong together.
 */
package org.cirr.metrics.instance;
