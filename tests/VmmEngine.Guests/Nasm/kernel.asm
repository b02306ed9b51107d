; A multiboot kernel of one flat file: begins in 32-bit code, enters 64-bit mode, takes two exceptions and three timer interrupts, prints what it
; has counted, and exits with status 0. Any other status is the number of the check that failed.

MAGIC       equ 0x1BADB002
FLAGS       equ 0x00010003              ; whole pages, memory information, addresses in the header
LOADED_BY   equ 0x2BADB002              ; what a loader leaves in EAX
CODE        equ 8
DATA        equ 16
UNDEFINED   equ 6
DIVISION    equ 0
TIMER       equ 0x20
TICKS       equ 3
COM1        equ 0x3F8
EXIT        equ 0xF4
EFER        equ 0xC0000080

%macro out8 2
        mov al, %2
        out %1, al
%endmacro

        org 0x100000
        bits 32
header:
        dd MAGIC, FLAGS, -(MAGIC + FLAGS)
        dd header, header, image_end, memory_end, start

start:
        mov esp, stack_end
        cmp eax, LOADED_BY
        mov bl, 1
        jne fail32

        ; The first 4 MiB where they are, in two pages.
        mov dword [directory], 0x83
        mov dword [directory + 8], 0x200083
        mov dword [pointers], directory + 3
        mov dword [top], pointers + 3
        mov eax, top
        mov cr3, eax
        mov eax, cr4
        or eax, 0x20                    ; PAE
        mov cr4, eax
        mov ecx, EFER
        rdmsr
        or eax, 0x100                   ; LME
        wrmsr
        mov eax, cr0
        or eax, 0x80000000
        mov cr0, eax
        lgdt [descriptors_pointer]
        jmp CODE:long_mode

fail32:
        mov al, bl
        out EXIT, al
.forever:
        hlt
        jmp .forever

        bits 64
long_mode:
        mov eax, DATA
        mov ds, ax
        mov es, ax
        mov ss, ax

        mov ecx, UNDEFINED
        mov eax, on_undefined
        call set_gate
        mov ecx, DIVISION
        mov eax, on_division
        call set_gate
        mov ecx, TIMER
        mov eax, on_timer
        call set_gate
        lidt [interrupts_pointer]

        ud2
        mov bl, 2
        cmp dword [undefined_seen], 1
        jne fail

        xor ecx, ecx
        mov eax, 1
        cdq
        div ecx
        mov bl, 3
        cmp dword [divisions_seen], 1
        jne fail

        ; A copy, and its sum.
        mov esi, text
        mov edi, copy
        mov ecx, text_end - text
        cld
        rep movsb
        mov esi, copy
        mov ecx, text_end - text
        xor edx, edx
        xor eax, eax
.sum:   lodsb
        rol edx, 5
        adc edx, eax
        dec ecx
        jnz .sum
        mov [checksum], edx

        ; Lines 0 to 7 at TIMER, only the timer's open, 1,000 Hz.
        out8 0x20, 0x11
        out8 0x21, TIMER
        out8 0x21, 4
        out8 0x21, 1
        out8 0xA0, 0x11
        out8 0xA1, TIMER + 8
        out8 0xA1, 2
        out8 0xA1, 1
        out8 0x21, 0xFE
        out8 0xA1, 0xFF
        out8 0x43, 0x34
        out8 0x40, 0xA9
        out8 0x40, 0x04

.wait:  cli
        cmp dword [ticks], TICKS
        jae .print
        sti
        hlt
        jmp .wait

.print: mov esi, copy
        mov dx, COM1
.next:  lodsb
        test al, al
        jz .done
        out dx, al
        jmp .next
.done:  xor ebx, ebx
fail:   mov al, bl
        out EXIT, al
.stop:  cli
        hlt
        jmp .stop

; The gate of vector RCX leads to RAX.
set_gate:
        shl ecx, 4
        mov [interrupts + rcx], ax
        mov word [interrupts + rcx + 2], CODE
        mov word [interrupts + rcx + 4], 0x8E00
        shr eax, 16
        mov [interrupts + rcx + 6], ax
        mov qword [interrupts + rcx + 8], 0
        ret

on_undefined:
        inc dword [undefined_seen]
        add qword [rsp], 2              ; behind UD2
        iretq

on_division:
        inc dword [divisions_seen]
        add qword [rsp], 2              ; behind DIV
        iretq

on_timer:
        push rax
        inc dword [ticks]
        out8 0x20, 0x20
        pop rax
        iretq

        align 8
descriptors:
        dq 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF
descriptors_pointer:
        dw descriptors_pointer - descriptors - 1
        dq descriptors
interrupts_pointer:
        dw 16 * (TIMER + 1) - 1
        dq interrupts
text:   db "nasm: one #UD, one #DE, three ticks", 10, 0
text_end:
image_end:

        absolute 0x110000
top:            resb 4096
pointers:       resb 4096
directory:      resb 4096
interrupts:     resb 4096
stack:          resb 4096
stack_end:
copy:           resb 64
checksum:       resd 1
ticks:          resd 1
undefined_seen: resd 1
divisions_seen: resd 1
memory_end:
