using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Segments, descriptor tables, control registers and EFER: KVM_GET_SREGS and KVM_SET_SREGS.</summary>
internal static unsafe class SystemRegisters
{
    private const ulong Paging = 1UL << 31;

    public static bool TryRead(int vcpu, ref CpuRegisters registers)
    {
        kvm_sregs sregs;
        if (LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_SREGS, &sregs) != 0)
        {
            return false;
        }

        registers.Es = Segments.Load(sregs.es);
        registers.Cs = Segments.Load(sregs.cs);
        registers.Ss = Segments.Load(sregs.ss);
        registers.Ds = Segments.Load(sregs.ds);
        registers.Fs = Segments.Load(sregs.fs);
        registers.Gs = Segments.Load(sregs.gs);
        registers.Ldtr = Segments.Load(sregs.ldt);
        registers.Tr = Segments.Load(sregs.tr);
        registers.Gdtr = Segments.Load(sregs.gdt);
        registers.Idtr = Segments.Load(sregs.idt);
        registers.Cr0 = sregs.cr0;
        registers.Cr2 = sregs.cr2;
        registers.Cr3 = sregs.cr3;
        registers.Cr4 = sregs.cr4;
        registers.Cr8 = sregs.cr8;
        registers.Efer = sregs.efer;
        registers.ApicBase = sregs.apic_base;
        return true;
    }

    /// <summary>
    /// All or nothing: KVM refuses a state that no processor can be in, and one that KVM makes another of counts as refused. An interrupt that is being delivered stays so.
    /// </summary>
    /// <remarks>A KVM inside another was seen to take CR0 without PG where it could not walk the tables yet, and to say that all is well.</remarks>
    public static bool TryWrite(int vcpu, in CpuRegisters registers)
    {
        kvm_sregs sregs;
        if (LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_SREGS, &sregs) != 0)
        {
            return false;
        }

        kvm_sregs before = sregs;
        sregs.es = Segments.Store(registers.Es);
        sregs.cs = Segments.Store(registers.Cs);
        sregs.ss = Segments.Store(registers.Ss);
        sregs.ds = Segments.Store(registers.Ds);
        sregs.fs = Segments.Store(registers.Fs);
        sregs.gs = Segments.Store(registers.Gs);
        sregs.ldt = Segments.Store(registers.Ldtr);
        sregs.tr = Segments.Store(registers.Tr);
        sregs.gdt = Segments.Store(registers.Gdtr);
        sregs.idt = Segments.Store(registers.Idtr);
        sregs.cr0 = registers.Cr0;
        sregs.cr2 = registers.Cr2;
        sregs.cr3 = registers.Cr3;
        sregs.cr4 = registers.Cr4;
        sregs.cr8 = registers.Cr8;
        sregs.efer = registers.Efer;
        sregs.apic_base = registers.ApicBase;
        if (LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_SREGS, &sregs) != 0)
        {
            return false;
        }

        if ((registers.Cr0 & Paging) == 0 || (LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_SREGS, &sregs) == 0 && (sregs.cr0 & Paging) != 0))
        {
            return true;
        }

        _ = LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_SREGS, &before);
        return false;
    }
}
