namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_FPU and KVM_SET_FPU, 416 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_fpu
{
    /// <summary>8 registers of 16 bytes.</summary>
    public fixed byte fpr[8 * 16];

    public ushort fcw;
    public ushort fsw;

    /// <summary>Abridged, as FXSAVE stores it: a bit a register, 1 for in use.</summary>
    public byte ftwx;

    public byte pad1;
    public ushort last_opcode;
    public ulong last_ip;
    public ulong last_dp;

    /// <summary>16 registers of 16 bytes.</summary>
    public fixed byte xmm[16 * 16];

    public uint mxcsr;
    public uint pad2;
}
