/** What both CPU backends share: steps, memory plan, and the program that runs them. */
package org.cirr.backend.cpu;
