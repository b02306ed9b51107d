/* The thread that hears of descriptors closed behind the library's back. */
#ifndef WATCH_H
#define WATCH_H

/* Starts it. All signals are blocked, so that it takes none of the client's. */
void vmm_watch_start(void);

#endif
