using VmmEngine.Abi.Kvm;

namespace VmmEngine.Kvm;

/// <summary>Numbers of model-specific registers. Intel SDM volume 4; AMD APM volume 2, appendix A.</summary>
internal static class Msr
{
    public const uint Tsc = 0x10;
    public const uint SysenterCs = 0x174;
    public const uint SysenterEsp = 0x175;
    public const uint SysenterEip = 0x176;
    public const uint Pat = 0x277;
    public const uint MtrrDefaultType = 0x2FF;
    public const uint TscDeadline = 0x6E0;
    public const uint Star = 0xC000_0081;
    public const uint Lstar = 0xC000_0082;
    public const uint Cstar = 0xC000_0083;
    public const uint Sfmask = 0xC000_0084;
    public const uint KernelGsBase = 0xC000_0102;
    public const uint TscAux = 0xC000_0103;
}

/// <summary>A few model-specific registers as KVM_GET_MSRS and KVM_SET_MSRS take them, on the stack.</summary>
internal unsafe struct MsrList
{
    public const int Capacity = 12;

    private kvm_msrs _head;
    private fixed ulong _entries[2 * Capacity];

    public readonly int Count => (int)_head.nmsrs;

    /// <summary>The value of an entry.</summary>
    public readonly ulong this[int index] => _entries[(2 * index) + 1];

    public void Add(uint number, ulong value = 0)
    {
        int entry = 2 * Count;
        (_entries[entry], _entries[entry + 1]) = (number, value);
        _head.nmsrs++;
    }

    /// <summary>Reads all; false if there is one that KVM does not have.</summary>
    public bool TryGet(int vcpu) => Call(vcpu, KvmVcpuWords.KVM_GET_MSRS);

    /// <summary>Writes all; false at the first that KVM refuses.</summary>
    public bool TrySet(int vcpu) => Call(vcpu, KvmVcpuWords.KVM_SET_MSRS);

    private bool Call(int vcpu, uint command)
    {
        fixed (kvm_msrs* head = &_head)
        {
            return LibC.Ioctl(vcpu, command, head) == Count;
        }
    }
}
