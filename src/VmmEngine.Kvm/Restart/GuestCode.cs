using Iced.Intel;
using VmmEngine.Abi.Kvm;

namespace VmmEngine.Kvm;

/// <summary>The code of a stopped guest, and what its addresses mean.</summary>
internal readonly unsafe struct GuestCode
{
    private const ulong LongModeActive = 1 << 10;

    private readonly int _vcpu;
    private readonly KvmMemory _memory;
    private readonly kvm_sregs _system;

    public GuestCode(int vcpu, KvmMemory memory)
    {
        _vcpu = vcpu;
        _memory = memory;
        kvm_sregs system;
        _ = LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_SREGS, &system);
        _system = system;
        Bitness = (system.efer & LongModeActive) != 0 && system.cs.l != 0 ? 64 : system.cs.db != 0 ? 32 : 16;
    }

    /// <summary>16, 32 or 64.</summary>
    public int Bitness { get; }

    /// <summary>Decodes the instruction at a RIP; an invalid one if it cannot be read.</summary>
    public Instruction Decode(ulong rip)
    {
        const int LongestInstruction = 15;
        byte[] bytes = new byte[LongestInstruction];
        int length = Read(Truncate(rip) + (Bitness == 64 ? 0 : _system.cs.@base), bytes);
        return Decoder.Create(Bitness, new ByteArrayCodeReader(bytes, 0, length), Truncate(rip)).Decode();
    }

    /// <summary>Cuts an offset to the width of RIP.</summary>
    public ulong Truncate(ulong rip) => Bitness == 64 ? rip : (uint)rip;

    /// <summary>The base of the segment that an instruction uses; 0 where 64-bit mode ignores it.</summary>
    public ulong SegmentBase(Register segment) => segment switch
    {
        Register.FS => _system.fs.@base,
        Register.GS => _system.gs.@base,
        _ when Bitness == 64 => 0,
        Register.CS => _system.cs.@base,
        Register.SS => _system.ss.@base,
        Register.ES => _system.es.@base,
        _ => _system.ds.@base,
    };

    /// <summary>The guest-physical address of a linear one.</summary>
    public bool TryTranslate(ulong linear, out ulong physical)
    {
        kvm_translation translation = new() { linear_address = Bitness == 64 ? linear : (uint)linear };
        bool done = LibC.Ioctl(_vcpu, KvmVcpuWords.KVM_TRANSLATE, &translation) == 0 && translation.valid != 0;
        physical = translation.physical_address;
        return done;
    }

    private int Read(ulong linear, Span<byte> to)
    {
        const ulong page = 4096;
        int read = 0;
        while (read < to.Length && TryTranslate(linear + (ulong)read, out ulong physical))
        {
            int rest = (int)Math.Min((ulong)(to.Length - read), page - (physical % page));
            int got = _memory.Read(physical, to.Slice(read, rest));
            read += got;
            if (got < rest)
            {
                break;
            }
        }

        return read;
    }
}
