using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Debug registers, model-specific registers and the interrupt shadow.</summary>
internal static unsafe class OtherRegisters
{
    public static bool TryReadDebug(int vcpu, ref CpuRegisters registers)
    {
        kvm_debugregs debug;
        if (LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_DEBUGREGS, &debug) != 0)
        {
            return false;
        }

        (registers.Dr0, registers.Dr1, registers.Dr2, registers.Dr3) = (debug.db[0], debug.db[1], debug.db[2], debug.db[3]);
        (registers.Dr6, registers.Dr7) = (debug.dr6, debug.dr7);
        return true;
    }

    public static bool TryWriteDebug(int vcpu, in CpuRegisters registers)
    {
        kvm_debugregs debug = new() { dr6 = registers.Dr6, dr7 = registers.Dr7 };
        (debug.db[0], debug.db[1], debug.db[2], debug.db[3]) = (registers.Dr0, registers.Dr1, registers.Dr2, registers.Dr3);
        return LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_DEBUGREGS, &debug) == 0;
    }

    public static bool TryReadMsrs(int vcpu, ref CpuRegisters registers)
    {
        MsrList list = new();
        list.Add(Msr.Star);
        list.Add(Msr.Lstar);
        list.Add(Msr.Cstar);
        list.Add(Msr.Sfmask);
        list.Add(Msr.KernelGsBase);
        list.Add(Msr.SysenterCs);
        list.Add(Msr.SysenterEsp);
        list.Add(Msr.SysenterEip);
        list.Add(Msr.Pat);
        list.Add(Msr.Tsc);
        if (!list.TryGet(vcpu))
        {
            return false;
        }

        registers.Star = list[0];
        registers.Lstar = list[1];
        registers.Cstar = list[2];
        registers.Sfmask = list[3];
        registers.KernelGsBase = list[4];
        registers.SysenterCs = list[5];
        registers.SysenterEsp = list[6];
        registers.SysenterEip = list[7];
        registers.Pat = list[8];
        registers.Tsc = list[9];
        return true;
    }

    public static bool TryWriteMsrs(int vcpu, in CpuRegisters registers)
    {
        MsrList list = new();
        list.Add(Msr.Star, registers.Star);
        list.Add(Msr.Lstar, registers.Lstar);
        list.Add(Msr.Cstar, registers.Cstar);
        list.Add(Msr.Sfmask, registers.Sfmask);
        list.Add(Msr.KernelGsBase, registers.KernelGsBase);
        list.Add(Msr.SysenterCs, registers.SysenterCs);
        list.Add(Msr.SysenterEsp, registers.SysenterEsp);
        list.Add(Msr.SysenterEip, registers.SysenterEip);
        list.Add(Msr.Pat, registers.Pat);
        list.Add(Msr.Tsc, registers.Tsc);
        return list.TrySet(vcpu);
    }

    public static bool TryReadShadow(int vcpu, ref CpuRegisters registers)
    {
        kvm_vcpu_events events;
        if (LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_VCPU_EVENTS, &events) != 0)
        {
            return false;
        }

        registers.InterruptShadow = events.interrupt.shadow == 0 ? 0u : 1;
        return true;
    }

    public static bool TryWriteShadow(int vcpu, in CpuRegisters registers)
    {
        kvm_vcpu_events events;
        if (LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_VCPU_EVENTS, &events) != 0)
        {
            return false;
        }

        events.interrupt.shadow = registers.InterruptShadow == 0 ? (byte)0 : kvm_vcpu_events_interrupt.KVM_X86_SHADOW_INT_STI;
        events.flags = kvm_vcpu_events.KVM_VCPUEVENT_VALID_SHADOW;
        return LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_VCPU_EVENTS, &events) == 0;
    }
}
