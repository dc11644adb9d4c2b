/** The JSON form of frames, of a writer's input and of reports. */
package dev.dashstream.json;
