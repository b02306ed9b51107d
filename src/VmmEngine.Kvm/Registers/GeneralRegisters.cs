using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Between KVM's order of the general registers and the encoding's.</summary>
internal static unsafe class GeneralRegisters
{
    public static void Load(in kvm_regs from, ref CpuRegisters to)
    {
        to.General[0] = from.rax;
        to.General[1] = from.rcx;
        to.General[2] = from.rdx;
        to.General[3] = from.rbx;
        to.General[4] = from.rsp;
        to.General[5] = from.rbp;
        to.General[6] = from.rsi;
        to.General[7] = from.rdi;
        to.General[8] = from.r8;
        to.General[9] = from.r9;
        to.General[10] = from.r10;
        to.General[11] = from.r11;
        to.General[12] = from.r12;
        to.General[13] = from.r13;
        to.General[14] = from.r14;
        to.General[15] = from.r15;
        to.Rip = from.rip;
        to.Rflags = from.rflags;
    }

    public static void Store(in CpuRegisters from, ref kvm_regs to)
    {
        to.rax = from.General[0];
        to.rcx = from.General[1];
        to.rdx = from.General[2];
        to.rbx = from.General[3];
        to.rsp = from.General[4];
        to.rbp = from.General[5];
        to.rsi = from.General[6];
        to.rdi = from.General[7];
        to.r8 = from.General[8];
        to.r9 = from.General[9];
        to.r10 = from.General[10];
        to.r11 = from.General[11];
        to.r12 = from.General[12];
        to.r13 = from.General[13];
        to.r14 = from.General[14];
        to.r15 = from.General[15];
        to.rip = from.Rip;
        to.rflags = from.Rflags;
    }
}
