/* The thread that hears of descriptors closed behind the library's back. */
#ifndef WATCH_H
#define WATCH_H

/* Starts it, once. */
void vmm_watch_start(void);

#endif
