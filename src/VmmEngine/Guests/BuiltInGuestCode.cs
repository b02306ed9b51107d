namespace VmmEngine.Guests;

/// <summary>The built-in guest's code and data.</summary>
/// <remarks>
/// Written by a test from tests/VmmEngine.Guests/BuiltIn/BuiltInGuestProgram.cs, and compared with it by the same test: change it there, then
/// run the tests of VmmEngine.Tests with VMMENGINE_UPDATE=1.
/// </remarks>
internal static class BuiltInGuestCode
{
    /// <summary>Offset of vCPU 0's first instruction.</summary>
    public const uint Entry0 = 0x0;

    /// <summary>Offset of vCPU 1's first instruction.</summary>
    public const uint Entry1 = 0x28E;

    /// <summary>Code, then data.</summary>
    public static ReadOnlySpan<byte> Bytes =>
    [
        0x49, 0x89, 0xFF,                                               // 100000 mov r15,rdi
        0xE8, 0x03, 0x03, 0x00, 0x00,                                   // 100003 call 000000000010030Bh
        0x48, 0xC7, 0x04, 0x25, 0x00, 0x10, 0x11, 0x00, 0x03, 0x20, 0x11, 0x00, // 100008 mov qword [111000h],112003h
        0x48, 0xC7, 0x04, 0x25, 0x00, 0x20, 0x11, 0x00, 0x03, 0x30, 0x11, 0x00, // 100014 mov qword [112000h],113003h
        0x48, 0xC7, 0x04, 0x25, 0x18, 0x20, 0x11, 0x00, 0x03, 0x40, 0x11, 0x00, // 100020 mov qword [112018h],114003h
        0xBF, 0x00, 0x30, 0x11, 0x00,                                   // 10002C mov edi,113000h
        0xB8, 0x83, 0x00, 0x00, 0x00,                                   // 100031 mov eax,83h
        0xB9, 0x00, 0x02, 0x00, 0x00,                                   // 100036 mov ecx,200h
        0x48, 0x89, 0x07,                                               // 10003B mov [rdi],rax
        0x48, 0x83, 0xC7, 0x08,                                         // 10003E add rdi,8
        0x48, 0x05, 0x00, 0x00, 0x20, 0x00,                             // 100042 add rax,200000h
        0xFF, 0xC9,                                                     // 100048 dec ecx
        0x75, 0xEF,                                                     // 10004A jne short 000000000010003Bh
        0xBF, 0x00, 0x40, 0x11, 0x00,                                   // 10004C mov edi,114000h
        0xB8, 0x93, 0x00, 0x00, 0xC0,                                   // 100051 mov eax,0C0000093h
        0xB9, 0x00, 0x02, 0x00, 0x00,                                   // 100056 mov ecx,200h
        0x48, 0x89, 0x07,                                               // 10005B mov [rdi],rax
        0x48, 0x83, 0xC7, 0x08,                                         // 10005E add rdi,8
        0x48, 0x05, 0x00, 0x00, 0x20, 0x00,                             // 100062 add rax,200000h
        0xFF, 0xC9,                                                     // 100068 dec ecx
        0x75, 0xEF,                                                     // 10006A jne short 000000000010005Bh
        0xB8, 0x00, 0x10, 0x11, 0x00,                                   // 10006C mov eax,111000h
        0x0F, 0x22, 0xD8,                                               // 100071 mov cr3,rax
        0xBF, 0x00, 0x00, 0x11, 0x00,                                   // 100074 mov edi,110000h
        0x48, 0x8D, 0x05, 0x00, 0x03, 0x00, 0x00,                       // 100079 lea rax,[rel 100380h]
        0xB9, 0x20, 0x00, 0x00, 0x00,                                   // 100080 mov ecx,20h
        0x66, 0x89, 0x07,                                               // 100085 mov [rdi],ax
        0x66, 0xC7, 0x47, 0x02, 0x08, 0x00,                             // 100088 mov word [rdi+2],8
        0x66, 0xC7, 0x47, 0x04, 0x00, 0x8E,                             // 10008E mov word [rdi+4],8E00h
        0x89, 0xC2,                                                     // 100094 mov edx,eax
        0xC1, 0xEA, 0x10,                                               // 100096 shr edx,10h
        0x66, 0x89, 0x57, 0x06,                                         // 100099 mov [rdi+6],dx
        0x48, 0xC7, 0x47, 0x08, 0x00, 0x00, 0x00, 0x00,                 // 10009D mov qword [rdi+8],0
        0x48, 0x05, 0x10, 0x00, 0x00, 0x00,                             // 1000A5 add rax,10h
        0x48, 0x83, 0xC7, 0x10,                                         // 1000AB add rdi,10h
        0xFF, 0xC9,                                                     // 1000AF dec ecx
        0x75, 0xD2,                                                     // 1000B1 jne short 0000000000100085h
        0x48, 0x8D, 0x05, 0xC6, 0x04, 0x00, 0x00,                       // 1000B3 lea rax,[rel 100580h]
        0x66, 0x89, 0x07,                                               // 1000BA mov [rdi],ax
        0x66, 0xC7, 0x47, 0x02, 0x08, 0x00,                             // 1000BD mov word [rdi+2],8
        0x66, 0xC7, 0x47, 0x04, 0x00, 0x8E,                             // 1000C3 mov word [rdi+4],8E00h
        0x89, 0xC2,                                                     // 1000C9 mov edx,eax
        0xC1, 0xEA, 0x10,                                               // 1000CB shr edx,10h
        0x66, 0x89, 0x57, 0x06,                                         // 1000CE mov [rdi+6],dx
        0x48, 0xC7, 0x47, 0x08, 0x00, 0x00, 0x00, 0x00,                 // 1000D2 mov qword [rdi+8],0
        0xB8, 0x00, 0x00, 0x11, 0x00,                                   // 1000DA mov eax,110000h
        0x48, 0x83, 0xEC, 0x10,                                         // 1000DF sub rsp,10h
        0x66, 0xC7, 0x04, 0x24, 0x0F, 0x02,                             // 1000E3 mov word [rsp],20Fh
        0x48, 0x89, 0x44, 0x24, 0x02,                                   // 1000E9 mov [rsp+2],rax
        0x0F, 0x01, 0x1C, 0x24,                                         // 1000EE lidt [rsp]
        0x48, 0x83, 0xC4, 0x10,                                         // 1000F2 add rsp,10h
        0xB0, 0x11,                                                     // 1000F6 mov al,11h
        0xE6, 0x20,                                                     // 1000F8 out 20h,al
        0xB0, 0x20,                                                     // 1000FA mov al,20h
        0xE6, 0x21,                                                     // 1000FC out 21h,al
        0xB0, 0x04,                                                     // 1000FE mov al,4
        0xE6, 0x21,                                                     // 100100 out 21h,al
        0xB0, 0x01,                                                     // 100102 mov al,1
        0xE6, 0x21,                                                     // 100104 out 21h,al
        0xB0, 0x11,                                                     // 100106 mov al,11h
        0xE6, 0xA0,                                                     // 100108 out 0A0h,al
        0xB0, 0x28,                                                     // 10010A mov al,28h
        0xE6, 0xA1,                                                     // 10010C out 0A1h,al
        0xB0, 0x02,                                                     // 10010E mov al,2
        0xE6, 0xA1,                                                     // 100110 out 0A1h,al
        0xB0, 0x01,                                                     // 100112 mov al,1
        0xE6, 0xA1,                                                     // 100114 out 0A1h,al
        0xB0, 0xFE,                                                     // 100116 mov al,0FEh
        0xE6, 0x21,                                                     // 100118 out 21h,al
        0xB0, 0xFF,                                                     // 10011A mov al,0FFh
        0xE6, 0xA1,                                                     // 10011C out 0A1h,al
        0xB0, 0x34,                                                     // 10011E mov al,34h
        0xE6, 0x43,                                                     // 100120 out 43h,al
        0xB0, 0x9C,                                                     // 100122 mov al,9Ch
        0xE6, 0x40,                                                     // 100124 out 40h,al
        0xB0, 0x2E,                                                     // 100126 mov al,2Eh
        0xE6, 0x40,                                                     // 100128 out 40h,al
        0xBA, 0xF9, 0x03, 0x00, 0x00,                                   // 10012A mov edx,3F9h
        0xB0, 0x00,                                                     // 10012F mov al,0
        0xEE,                                                           // 100131 out dx,al
        0xBA, 0xFB, 0x03, 0x00, 0x00,                                   // 100132 mov edx,3FBh
        0xB0, 0x83,                                                     // 100137 mov al,83h
        0xEE,                                                           // 100139 out dx,al
        0xBA, 0xF8, 0x03, 0x00, 0x00,                                   // 10013A mov edx,3F8h
        0xB0, 0x01,                                                     // 10013F mov al,1
        0xEE,                                                           // 100141 out dx,al
        0xBA, 0xF9, 0x03, 0x00, 0x00,                                   // 100142 mov edx,3F9h
        0xB0, 0x00,                                                     // 100147 mov al,0
        0xEE,                                                           // 100149 out dx,al
        0xBA, 0xFB, 0x03, 0x00, 0x00,                                   // 10014A mov edx,3FBh
        0xB0, 0x03,                                                     // 10014F mov al,3
        0xEE,                                                           // 100151 out dx,al
        0xBA, 0xFA, 0x03, 0x00, 0x00,                                   // 100152 mov edx,3FAh
        0xB0, 0x07,                                                     // 100157 mov al,7
        0xEE,                                                           // 100159 out dx,al
        0xBA, 0xFC, 0x03, 0x00, 0x00,                                   // 10015A mov edx,3FCh
        0xB0, 0x03,                                                     // 10015F mov al,3
        0xEE,                                                           // 100161 out dx,al
        0x48, 0xC7, 0x04, 0x25, 0x00, 0x50, 0x11, 0x00, 0x01, 0x00, 0x00, 0x00, // 100162 mov qword [115000h],1
        0x48, 0x8D, 0x35, 0x53, 0x04, 0x00, 0x00,                       // 10016E lea rsi,[rel 1005C8h]
        0xE8, 0x16, 0x04, 0x00, 0x00,                                   // 100175 call 0000000000100590h
        0xFA,                                                           // 10017A cli
        0x48, 0x83, 0x3C, 0x25, 0x40, 0x50, 0x11, 0x00, 0x05,           // 10017B cmp qword [115040h],5
        0x73, 0x04,                                                     // 100184 jae short 000000000010018Ah
        0xFB,                                                           // 100186 sti
        0xF4,                                                           // 100187 hlt
        0xEB, 0xF0,                                                     // 100188 jmp short 000000000010017Ah
        0xFB,                                                           // 10018A sti
        0x48, 0x8D, 0x35, 0x61, 0x04, 0x00, 0x00,                       // 10018B lea rsi,[rel 1005F3h]
        0xE8, 0xF9, 0x03, 0x00, 0x00,                                   // 100192 call 0000000000100590h
        0xBB, 0x00, 0x00, 0x00, 0xD0,                                   // 100197 mov ebx,0D0000000h
        0x48, 0xB8, 0x56, 0x4D, 0x4D, 0x54, 0x45, 0x53, 0x54, 0x31,     // 10019C mov rax,31545345544D4D56h
        0x48, 0x39, 0x03,                                               // 1001A6 cmp [rbx],rax
        0x74, 0x08,                                                     // 1001A9 je short 00000000001001B3h
        0xB0, 0x01,                                                     // 1001AB mov al,1
        0xE6, 0xF4,                                                     // 1001AD out 0F4h,al
        0xFA,                                                           // 1001AF cli
        0xF4,                                                           // 1001B0 hlt
        0xEB, 0xFC,                                                     // 1001B1 jmp short 00000000001001AFh
        0x41, 0xBC, 0x01, 0x00, 0x00, 0x00,                             // 1001B3 mov r12d,1
        0x49, 0xBD, 0x15, 0x7C, 0x4A, 0x7F, 0xB9, 0x79, 0x37, 0x9E,     // 1001B9 mov r13,9E3779B97F4A7C15h
        0x45, 0x31, 0xF6,                                               // 1001C3 xor r14d,r14d
        0x49, 0x83, 0xFF, 0x01,                                         // 1001C6 cmp r15,1
        0x74, 0x2A,                                                     // 1001CA je short 00000000001001F6h
        0x4C, 0x89, 0x2C, 0x25, 0x00, 0x51, 0x11, 0x00,                 // 1001CC mov [115100h],r13
        0x4C, 0x89, 0x24, 0x25, 0x80, 0x50, 0x11, 0x00,                 // 1001D4 mov [115080h],r12
        0xEB, 0x02,                                                     // 1001DC jmp short 00000000001001E0h
        0xF3, 0x90,                                                     // 1001DE pause
        0x4C, 0x39, 0x24, 0x25, 0xC0, 0x50, 0x11, 0x00,                 // 1001E0 cmp [1150C0h],r12
        0x75, 0xF4,                                                     // 1001E8 jne short 00000000001001DEh
        0x48, 0xA1, 0x40, 0x51, 0x11, 0x00, 0x00, 0x00, 0x00, 0x00,     // 1001EA mov rax,[qword 115140h]
        0xEB, 0x08,                                                     // 1001F4 jmp short 00000000001001FEh
        0x4C, 0x89, 0xE8,                                               // 1001F6 mov rax,r13
        0xE8, 0x4C, 0x01, 0x00, 0x00,                                   // 1001F9 call 000000000010034Ah
        0x48, 0x89, 0x43, 0x08,                                         // 1001FE mov [rbx+8],rax
        0x49, 0xC1, 0xC6, 0x05,                                         // 100202 rol r14,5
        0x4C, 0x33, 0x73, 0x10,                                         // 100206 xor r14,[rbx+10h]
        0x48, 0xB8, 0x95, 0xEF, 0x82, 0xDE, 0x43, 0x25, 0x34, 0xD1,     // 10020A mov rax,0D1342543DE82EF95h
        0x49, 0x01, 0xC5,                                               // 100214 add r13,rax
        0x49, 0xFF, 0xC4,                                               // 100217 inc r12
        0x49, 0x81, 0xFC, 0xC8, 0x00, 0x00, 0x00,                       // 10021A cmp r12,0C8h
        0x76, 0xA3,                                                     // 100221 jbe short 00000000001001C6h
        0xFA,                                                           // 100223 cli
        0x4C, 0x89, 0x73, 0x18,                                         // 100224 mov [rbx+18h],r14
        0x48, 0x8D, 0x35, 0xDF, 0x03, 0x00, 0x00,                       // 100228 lea rsi,[rel 10060Eh]
        0x49, 0x83, 0xFF, 0x01,                                         // 10022F cmp r15,1
        0x74, 0x07,                                                     // 100233 je short 000000000010023Ch
        0x48, 0x8D, 0x35, 0xF3, 0x03, 0x00, 0x00,                       // 100235 lea rsi,[rel 10062Fh]
        0xE8, 0x4F, 0x03, 0x00, 0x00,                                   // 10023C call 0000000000100590h
        0x48, 0x8D, 0x35, 0x1A, 0x04, 0x00, 0x00,                       // 100241 lea rsi,[rel 100662h]
        0xE8, 0x43, 0x03, 0x00, 0x00,                                   // 100248 call 0000000000100590h
        0xB9, 0x10, 0x00, 0x00, 0x00,                                   // 10024D mov ecx,10h
        0x49, 0xC1, 0xC6, 0x04,                                         // 100252 rol r14,4
        0x44, 0x89, 0xF0,                                               // 100256 mov eax,r14d
        0x25, 0x0F, 0x00, 0x00, 0x00,                                   // 100259 and eax,0Fh
        0x3D, 0x0A, 0x00, 0x00, 0x00,                                   // 10025E cmp eax,0Ah
        0x73, 0x07,                                                     // 100263 jae short 000000000010026Ch
        0x05, 0x30, 0x00, 0x00, 0x00,                                   // 100265 add eax,30h
        0xEB, 0x05,                                                     // 10026A jmp short 0000000000100271h
        0x05, 0x37, 0x00, 0x00, 0x00,                                   // 10026C add eax,37h
        0xE8, 0x27, 0x03, 0x00, 0x00,                                   // 100271 call 000000000010059Dh
        0xFF, 0xC9,                                                     // 100276 dec ecx
        0x75, 0xD8,                                                     // 100278 jne short 0000000000100252h
        0x48, 0x8D, 0x35, 0xEB, 0x03, 0x00, 0x00,                       // 10027A lea rsi,[rel 10066Ch]
        0xE8, 0x0A, 0x03, 0x00, 0x00,                                   // 100281 call 0000000000100590h
        0xB0, 0x00,                                                     // 100286 mov al,0
        0xE6, 0xF4,                                                     // 100288 out 0F4h,al
        0xFA,                                                           // 10028A cli
        0xF4,                                                           // 10028B hlt
        0xEB, 0xFC,                                                     // 10028C jmp short 000000000010028Ah
        0xEB, 0x02,                                                     // 10028E jmp short 0000000000100292h
        0xF3, 0x90,                                                     // 100290 pause
        0x48, 0x83, 0x3C, 0x25, 0x00, 0x50, 0x11, 0x00, 0x00,           // 100292 cmp qword [115000h],0
        0x74, 0xF3,                                                     // 10029B je short 0000000000100290h
        0xE8, 0x69, 0x00, 0x00, 0x00,                                   // 10029D call 000000000010030Bh
        0xB8, 0x00, 0x10, 0x11, 0x00,                                   // 1002A2 mov eax,111000h
        0x0F, 0x22, 0xD8,                                               // 1002A7 mov cr3,rax
        0xB8, 0x00, 0x00, 0x11, 0x00,                                   // 1002AA mov eax,110000h
        0x48, 0x83, 0xEC, 0x10,                                         // 1002AF sub rsp,10h
        0x66, 0xC7, 0x04, 0x24, 0x0F, 0x02,                             // 1002B3 mov word [rsp],20Fh
        0x48, 0x89, 0x44, 0x24, 0x02,                                   // 1002B9 mov [rsp+2],rax
        0x0F, 0x01, 0x1C, 0x24,                                         // 1002BE lidt [rsp]
        0x48, 0x83, 0xC4, 0x10,                                         // 1002C2 add rsp,10h
        0x41, 0xBC, 0x01, 0x00, 0x00, 0x00,                             // 1002C6 mov r12d,1
        0xEB, 0x02,                                                     // 1002CC jmp short 00000000001002D0h
        0xF3, 0x90,                                                     // 1002CE pause
        0x4C, 0x39, 0x24, 0x25, 0x80, 0x50, 0x11, 0x00,                 // 1002D0 cmp [115080h],r12
        0x75, 0xF4,                                                     // 1002D8 jne short 00000000001002CEh
        0x48, 0xA1, 0x00, 0x51, 0x11, 0x00, 0x00, 0x00, 0x00, 0x00,     // 1002DA mov rax,[qword 115100h]
        0xE8, 0x61, 0x00, 0x00, 0x00,                                   // 1002E4 call 000000000010034Ah
        0x48, 0xA3, 0x40, 0x51, 0x11, 0x00, 0x00, 0x00, 0x00, 0x00,     // 1002E9 mov [qword 115140h],rax
        0x4C, 0x89, 0x24, 0x25, 0xC0, 0x50, 0x11, 0x00,                 // 1002F3 mov [1150C0h],r12
        0x49, 0xFF, 0xC4,                                               // 1002FB inc r12
        0x49, 0x81, 0xFC, 0xC8, 0x00, 0x00, 0x00,                       // 1002FE cmp r12,0C8h
        0x76, 0xC5,                                                     // 100305 jbe short 00000000001002CCh
        0xFA,                                                           // 100307 cli
        0xF4,                                                           // 100308 hlt
        0xEB, 0xFC,                                                     // 100309 jmp short 0000000000100307h
        0x48, 0x8D, 0x05, 0x9E, 0x02, 0x00, 0x00,                       // 10030B lea rax,[rel 1005B0h]
        0x48, 0x83, 0xEC, 0x10,                                         // 100312 sub rsp,10h
        0x66, 0xC7, 0x04, 0x24, 0x17, 0x00,                             // 100316 mov word [rsp],17h
        0x48, 0x89, 0x44, 0x24, 0x02,                                   // 10031C mov [rsp+2],rax
        0x0F, 0x01, 0x14, 0x24,                                         // 100321 lgdt [rsp]
        0x48, 0x83, 0xC4, 0x10,                                         // 100325 add rsp,10h
        0x6A, 0x08,                                                     // 100329 push 8
        0x48, 0x8D, 0x05, 0x03, 0x00, 0x00, 0x00,                       // 10032B lea rax,[rel 100335h]
        0x50,                                                           // 100332 push rax
        0x48, 0xCB,                                                     // 100333 retfq
        0xB8, 0x10, 0x00, 0x00, 0x00,                                   // 100335 mov eax,10h
        0x66, 0x8E, 0xD8,                                               // 10033A mov ds,ax
        0x66, 0x8E, 0xC0,                                               // 10033D mov es,ax
        0x66, 0x8E, 0xE0,                                               // 100340 mov fs,ax
        0x66, 0x8E, 0xE8,                                               // 100343 mov gs,ax
        0x66, 0x8E, 0xD0,                                               // 100346 mov ss,ax
        0xC3,                                                           // 100349 ret
        0xB9, 0x10, 0x00, 0x00, 0x00,                                   // 10034A mov ecx,10h
        0x48, 0x89, 0xC2,                                               // 10034F mov rdx,rax
        0x48, 0xC1, 0xE2, 0x0D,                                         // 100352 shl rdx,0Dh
        0x48, 0x31, 0xD0,                                               // 100356 xor rax,rdx
        0x48, 0x89, 0xC2,                                               // 100359 mov rdx,rax
        0x48, 0xC1, 0xEA, 0x07,                                         // 10035C shr rdx,7
        0x48, 0x31, 0xD0,                                               // 100360 xor rax,rdx
        0x48, 0x89, 0xC2,                                               // 100363 mov rdx,rax
        0x48, 0xC1, 0xE2, 0x11,                                         // 100366 shl rdx,11h
        0x48, 0x31, 0xD0,                                               // 10036A xor rax,rdx
        0xFF, 0xC9,                                                     // 10036D dec ecx
        0x75, 0xDE,                                                     // 10036F jne short 000000000010034Fh
        0x48, 0xBA, 0x1D, 0xDD, 0x6C, 0x4F, 0x91, 0xF4, 0x45, 0x25,     // 100371 mov rdx,2545F4914F6CDD1Dh
        0x48, 0x0F, 0xAF, 0xC2,                                         // 10037B imul rax,rdx
        0xC3,                                                           // 10037F ret
        0xB0, 0x80,                                                     // 100380 mov al,80h
        0xE6, 0xF4,                                                     // 100382 out 0F4h,al
        0xFA,                                                           // 100384 cli
        0xF4,                                                           // 100385 hlt
        0xEB, 0xFC,                                                     // 100386 jmp short 0000000000100384h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100388 nop dword [rax+rax]
        0xB0, 0x81,                                                     // 100390 mov al,81h
        0xE6, 0xF4,                                                     // 100392 out 0F4h,al
        0xFA,                                                           // 100394 cli
        0xF4,                                                           // 100395 hlt
        0xEB, 0xFC,                                                     // 100396 jmp short 0000000000100394h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100398 nop dword [rax+rax]
        0xB0, 0x82,                                                     // 1003A0 mov al,82h
        0xE6, 0xF4,                                                     // 1003A2 out 0F4h,al
        0xFA,                                                           // 1003A4 cli
        0xF4,                                                           // 1003A5 hlt
        0xEB, 0xFC,                                                     // 1003A6 jmp short 00000000001003A4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1003A8 nop dword [rax+rax]
        0xB0, 0x83,                                                     // 1003B0 mov al,83h
        0xE6, 0xF4,                                                     // 1003B2 out 0F4h,al
        0xFA,                                                           // 1003B4 cli
        0xF4,                                                           // 1003B5 hlt
        0xEB, 0xFC,                                                     // 1003B6 jmp short 00000000001003B4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1003B8 nop dword [rax+rax]
        0xB0, 0x84,                                                     // 1003C0 mov al,84h
        0xE6, 0xF4,                                                     // 1003C2 out 0F4h,al
        0xFA,                                                           // 1003C4 cli
        0xF4,                                                           // 1003C5 hlt
        0xEB, 0xFC,                                                     // 1003C6 jmp short 00000000001003C4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1003C8 nop dword [rax+rax]
        0xB0, 0x85,                                                     // 1003D0 mov al,85h
        0xE6, 0xF4,                                                     // 1003D2 out 0F4h,al
        0xFA,                                                           // 1003D4 cli
        0xF4,                                                           // 1003D5 hlt
        0xEB, 0xFC,                                                     // 1003D6 jmp short 00000000001003D4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1003D8 nop dword [rax+rax]
        0xB0, 0x86,                                                     // 1003E0 mov al,86h
        0xE6, 0xF4,                                                     // 1003E2 out 0F4h,al
        0xFA,                                                           // 1003E4 cli
        0xF4,                                                           // 1003E5 hlt
        0xEB, 0xFC,                                                     // 1003E6 jmp short 00000000001003E4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1003E8 nop dword [rax+rax]
        0xB0, 0x87,                                                     // 1003F0 mov al,87h
        0xE6, 0xF4,                                                     // 1003F2 out 0F4h,al
        0xFA,                                                           // 1003F4 cli
        0xF4,                                                           // 1003F5 hlt
        0xEB, 0xFC,                                                     // 1003F6 jmp short 00000000001003F4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1003F8 nop dword [rax+rax]
        0xB0, 0x88,                                                     // 100400 mov al,88h
        0xE6, 0xF4,                                                     // 100402 out 0F4h,al
        0xFA,                                                           // 100404 cli
        0xF4,                                                           // 100405 hlt
        0xEB, 0xFC,                                                     // 100406 jmp short 0000000000100404h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100408 nop dword [rax+rax]
        0xB0, 0x89,                                                     // 100410 mov al,89h
        0xE6, 0xF4,                                                     // 100412 out 0F4h,al
        0xFA,                                                           // 100414 cli
        0xF4,                                                           // 100415 hlt
        0xEB, 0xFC,                                                     // 100416 jmp short 0000000000100414h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100418 nop dword [rax+rax]
        0xB0, 0x8A,                                                     // 100420 mov al,8Ah
        0xE6, 0xF4,                                                     // 100422 out 0F4h,al
        0xFA,                                                           // 100424 cli
        0xF4,                                                           // 100425 hlt
        0xEB, 0xFC,                                                     // 100426 jmp short 0000000000100424h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100428 nop dword [rax+rax]
        0xB0, 0x8B,                                                     // 100430 mov al,8Bh
        0xE6, 0xF4,                                                     // 100432 out 0F4h,al
        0xFA,                                                           // 100434 cli
        0xF4,                                                           // 100435 hlt
        0xEB, 0xFC,                                                     // 100436 jmp short 0000000000100434h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100438 nop dword [rax+rax]
        0xB0, 0x8C,                                                     // 100440 mov al,8Ch
        0xE6, 0xF4,                                                     // 100442 out 0F4h,al
        0xFA,                                                           // 100444 cli
        0xF4,                                                           // 100445 hlt
        0xEB, 0xFC,                                                     // 100446 jmp short 0000000000100444h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100448 nop dword [rax+rax]
        0xB0, 0x8D,                                                     // 100450 mov al,8Dh
        0xE6, 0xF4,                                                     // 100452 out 0F4h,al
        0xFA,                                                           // 100454 cli
        0xF4,                                                           // 100455 hlt
        0xEB, 0xFC,                                                     // 100456 jmp short 0000000000100454h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100458 nop dword [rax+rax]
        0xB0, 0x8E,                                                     // 100460 mov al,8Eh
        0xE6, 0xF4,                                                     // 100462 out 0F4h,al
        0xFA,                                                           // 100464 cli
        0xF4,                                                           // 100465 hlt
        0xEB, 0xFC,                                                     // 100466 jmp short 0000000000100464h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100468 nop dword [rax+rax]
        0xB0, 0x8F,                                                     // 100470 mov al,8Fh
        0xE6, 0xF4,                                                     // 100472 out 0F4h,al
        0xFA,                                                           // 100474 cli
        0xF4,                                                           // 100475 hlt
        0xEB, 0xFC,                                                     // 100476 jmp short 0000000000100474h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100478 nop dword [rax+rax]
        0xB0, 0x90,                                                     // 100480 mov al,90h
        0xE6, 0xF4,                                                     // 100482 out 0F4h,al
        0xFA,                                                           // 100484 cli
        0xF4,                                                           // 100485 hlt
        0xEB, 0xFC,                                                     // 100486 jmp short 0000000000100484h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100488 nop dword [rax+rax]
        0xB0, 0x91,                                                     // 100490 mov al,91h
        0xE6, 0xF4,                                                     // 100492 out 0F4h,al
        0xFA,                                                           // 100494 cli
        0xF4,                                                           // 100495 hlt
        0xEB, 0xFC,                                                     // 100496 jmp short 0000000000100494h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100498 nop dword [rax+rax]
        0xB0, 0x92,                                                     // 1004A0 mov al,92h
        0xE6, 0xF4,                                                     // 1004A2 out 0F4h,al
        0xFA,                                                           // 1004A4 cli
        0xF4,                                                           // 1004A5 hlt
        0xEB, 0xFC,                                                     // 1004A6 jmp short 00000000001004A4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1004A8 nop dword [rax+rax]
        0xB0, 0x93,                                                     // 1004B0 mov al,93h
        0xE6, 0xF4,                                                     // 1004B2 out 0F4h,al
        0xFA,                                                           // 1004B4 cli
        0xF4,                                                           // 1004B5 hlt
        0xEB, 0xFC,                                                     // 1004B6 jmp short 00000000001004B4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1004B8 nop dword [rax+rax]
        0xB0, 0x94,                                                     // 1004C0 mov al,94h
        0xE6, 0xF4,                                                     // 1004C2 out 0F4h,al
        0xFA,                                                           // 1004C4 cli
        0xF4,                                                           // 1004C5 hlt
        0xEB, 0xFC,                                                     // 1004C6 jmp short 00000000001004C4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1004C8 nop dword [rax+rax]
        0xB0, 0x95,                                                     // 1004D0 mov al,95h
        0xE6, 0xF4,                                                     // 1004D2 out 0F4h,al
        0xFA,                                                           // 1004D4 cli
        0xF4,                                                           // 1004D5 hlt
        0xEB, 0xFC,                                                     // 1004D6 jmp short 00000000001004D4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1004D8 nop dword [rax+rax]
        0xB0, 0x96,                                                     // 1004E0 mov al,96h
        0xE6, 0xF4,                                                     // 1004E2 out 0F4h,al
        0xFA,                                                           // 1004E4 cli
        0xF4,                                                           // 1004E5 hlt
        0xEB, 0xFC,                                                     // 1004E6 jmp short 00000000001004E4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1004E8 nop dword [rax+rax]
        0xB0, 0x97,                                                     // 1004F0 mov al,97h
        0xE6, 0xF4,                                                     // 1004F2 out 0F4h,al
        0xFA,                                                           // 1004F4 cli
        0xF4,                                                           // 1004F5 hlt
        0xEB, 0xFC,                                                     // 1004F6 jmp short 00000000001004F4h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1004F8 nop dword [rax+rax]
        0xB0, 0x98,                                                     // 100500 mov al,98h
        0xE6, 0xF4,                                                     // 100502 out 0F4h,al
        0xFA,                                                           // 100504 cli
        0xF4,                                                           // 100505 hlt
        0xEB, 0xFC,                                                     // 100506 jmp short 0000000000100504h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100508 nop dword [rax+rax]
        0xB0, 0x99,                                                     // 100510 mov al,99h
        0xE6, 0xF4,                                                     // 100512 out 0F4h,al
        0xFA,                                                           // 100514 cli
        0xF4,                                                           // 100515 hlt
        0xEB, 0xFC,                                                     // 100516 jmp short 0000000000100514h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100518 nop dword [rax+rax]
        0xB0, 0x9A,                                                     // 100520 mov al,9Ah
        0xE6, 0xF4,                                                     // 100522 out 0F4h,al
        0xFA,                                                           // 100524 cli
        0xF4,                                                           // 100525 hlt
        0xEB, 0xFC,                                                     // 100526 jmp short 0000000000100524h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100528 nop dword [rax+rax]
        0xB0, 0x9B,                                                     // 100530 mov al,9Bh
        0xE6, 0xF4,                                                     // 100532 out 0F4h,al
        0xFA,                                                           // 100534 cli
        0xF4,                                                           // 100535 hlt
        0xEB, 0xFC,                                                     // 100536 jmp short 0000000000100534h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100538 nop dword [rax+rax]
        0xB0, 0x9C,                                                     // 100540 mov al,9Ch
        0xE6, 0xF4,                                                     // 100542 out 0F4h,al
        0xFA,                                                           // 100544 cli
        0xF4,                                                           // 100545 hlt
        0xEB, 0xFC,                                                     // 100546 jmp short 0000000000100544h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100548 nop dword [rax+rax]
        0xB0, 0x9D,                                                     // 100550 mov al,9Dh
        0xE6, 0xF4,                                                     // 100552 out 0F4h,al
        0xFA,                                                           // 100554 cli
        0xF4,                                                           // 100555 hlt
        0xEB, 0xFC,                                                     // 100556 jmp short 0000000000100554h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100558 nop dword [rax+rax]
        0xB0, 0x9E,                                                     // 100560 mov al,9Eh
        0xE6, 0xF4,                                                     // 100562 out 0F4h,al
        0xFA,                                                           // 100564 cli
        0xF4,                                                           // 100565 hlt
        0xEB, 0xFC,                                                     // 100566 jmp short 0000000000100564h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100568 nop dword [rax+rax]
        0xB0, 0x9F,                                                     // 100570 mov al,9Fh
        0xE6, 0xF4,                                                     // 100572 out 0F4h,al
        0xFA,                                                           // 100574 cli
        0xF4,                                                           // 100575 hlt
        0xEB, 0xFC,                                                     // 100576 jmp short 0000000000100574h
        0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 100578 nop dword [rax+rax]
        0x50,                                                           // 100580 push rax
        0x48, 0xFF, 0x04, 0x25, 0x40, 0x50, 0x11, 0x00,                 // 100581 inc qword [115040h]
        0xB0, 0x20,                                                     // 100589 mov al,20h
        0xE6, 0x20,                                                     // 10058B out 20h,al
        0x58,                                                           // 10058D pop rax
        0x48, 0xCF,                                                     // 10058E iretq
        0xAC,                                                           // 100590 lodsb
        0x84, 0xC0,                                                     // 100591 test al,al
        0x74, 0x07,                                                     // 100593 je short 000000000010059Ch
        0xE8, 0x03, 0x00, 0x00, 0x00,                                   // 100595 call 000000000010059Dh
        0xEB, 0xF4,                                                     // 10059A jmp short 0000000000100590h
        0xC3,                                                           // 10059C ret
        0x50,                                                           // 10059D push rax
        0xBA, 0xFD, 0x03, 0x00, 0x00,                                   // 10059E mov edx,3FDh
        0xEC,                                                           // 1005A3 in al,dx
        0xA8, 0x20,                                                     // 1005A4 test al,20h
        0x74, 0xFB,                                                     // 1005A6 je short 00000000001005A3h
        0x58,                                                           // 1005A8 pop rax
        0xBA, 0xF8, 0x03, 0x00, 0x00,                                   // 1005A9 mov edx,3F8h
        0xEE,                                                           // 1005AE out dx,al
        0xC3,                                                           // 1005AF ret
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,                 // 1005B0 "........"
        0xFF, 0xFF, 0x00, 0x00, 0x00, 0x9B, 0xAF, 0x00,                 // 1005B8 "........"
        0xFF, 0xFF, 0x00, 0x00, 0x00, 0x93, 0xCF, 0x00,                 // 1005C0 "........"
        0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x20, 0x66, 0x72,                 // 1005C8 "Hello fr"
        0x6F, 0x6D, 0x20, 0x61, 0x20, 0x36, 0x34, 0x2D,                 // 1005D0 "om a 64-"
        0x62, 0x69, 0x74, 0x20, 0x67, 0x75, 0x65, 0x73,                 // 1005D8 "bit gues"
        0x74, 0x3A, 0x20, 0x70, 0x61, 0x67, 0x69, 0x6E,                 // 1005E0 "t: pagin"
        0x67, 0x20, 0x69, 0x73, 0x20, 0x6F, 0x6E, 0x2E,                 // 1005E8 "g is on."
        0x0D, 0x0A, 0x00, 0x35, 0x20, 0x74, 0x69, 0x6D,                 // 1005F0 "...5 tim"
        0x65, 0x72, 0x20, 0x69, 0x6E, 0x74, 0x65, 0x72,                 // 1005F8 "er inter"
        0x72, 0x75, 0x70, 0x74, 0x73, 0x20, 0x63, 0x61,                 // 100600 "rupts ca"
        0x6D, 0x65, 0x2E, 0x0D, 0x0A, 0x00, 0x31, 0x20,                 // 100608 "me....1 "
        0x76, 0x43, 0x50, 0x55, 0x20, 0x64, 0x69, 0x64,                 // 100610 "vCPU did"
        0x20, 0x32, 0x30, 0x30, 0x20, 0x70, 0x69, 0x65,                 // 100618 " 200 pie"
        0x63, 0x65, 0x73, 0x20, 0x6F, 0x66, 0x20, 0x77,                 // 100620 "ces of w"
        0x6F, 0x72, 0x6B, 0x2E, 0x0D, 0x0A, 0x00, 0x32,                 // 100628 "ork....2"
        0x20, 0x76, 0x43, 0x50, 0x55, 0x73, 0x20, 0x68,                 // 100630 " vCPUs h"
        0x61, 0x6E, 0x64, 0x65, 0x64, 0x20, 0x32, 0x30,                 // 100638 "anded 20"
        0x30, 0x20, 0x70, 0x69, 0x65, 0x63, 0x65, 0x73,                 // 100640 "0 pieces"
        0x20, 0x6F, 0x66, 0x20, 0x77, 0x6F, 0x72, 0x6B,                 // 100648 " of work"
        0x20, 0x74, 0x6F, 0x20, 0x65, 0x61, 0x63, 0x68,                 // 100650 " to each"
        0x20, 0x6F, 0x74, 0x68, 0x65, 0x72, 0x2E, 0x0D,                 // 100658 " other.."
        0x0A, 0x00, 0x43, 0x68, 0x65, 0x63, 0x6B, 0x73,                 // 100660 "..Checks"
        0x75, 0x6D, 0x20, 0x00, 0x2E, 0x0D, 0x0A, 0x00,                 // 100668 "um ....."
    ];
}
