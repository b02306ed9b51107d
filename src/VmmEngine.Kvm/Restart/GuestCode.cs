using Iced.Intel;
using VmmEngine.Abi.Kvm;

namespace VmmEngine.Kvm;

/// <summary>The code of a stopped guest around its RIP, and what its addresses mean.</summary>
/// <remarks>A thread has one, which is made once and read into each time: taking an instruction back is part of an exit and allocates nothing.</remarks>
internal sealed unsafe class GuestCode : IVATryGetRegisterValueProvider
{
    /// <summary>Bytes.</summary>
    public const int LongestInstruction = 15;

    private const ulong LongModeActive = 1 << 10;
    private const ulong PageSize = 4096;

    [ThreadStatic]
    private static GuestCode? _ofThread;

    // What lies before RIP in the first half, what begins there in the second.
    private readonly byte[] _bytes = new byte[2 * LongestInstruction];
    private readonly ByteArrayCodeReader _reader;
    private readonly Decoder _decoder16;
    private readonly Decoder _decoder32;
    private readonly Decoder _decoder64;

    private KvmMemory? _memory;
    private kvm_sregs _system;
    private kvm_regs _general;
    private int _vcpu;
    private int _bitness;
    private int _first;
    private int _end;

    private GuestCode()
    {
        _reader = new ByteArrayCodeReader(_bytes);
        _decoder16 = Decoder.Create(16, _reader);
        _decoder32 = Decoder.Create(32, _reader);
        _decoder64 = Decoder.Create(64, _reader);
    }

    /// <summary>Reads the code of a vCPU. The calling thread's next call reads over it.</summary>
    public static GuestCode Read(int vcpu, KvmMemory memory, in kvm_regs general)
    {
        GuestCode code = _ofThread ??= new GuestCode();
        kvm_sregs system;
        _ = LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_SREGS, &system);
        (code._vcpu, code._memory, code._system, code._general) = (vcpu, memory, system, general);
        code._bitness = (system.efer & LongModeActive) != 0 && system.cs.l != 0 ? 64 : system.cs.db != 0 ? 32 : 16;
        code.ReadAround(code.Truncate(general.rip) + (code._bitness == 64 ? 0 : system.cs.@base));
        return code;
    }

    /// <summary>Decodes what begins some bytes before RIP; an invalid instruction if that cannot be read.</summary>
    /// <param name="before">Bytes, 0 to <see cref="LongestInstruction"/>.</param>
    /// <param name="instruction">The instruction.</param>
    public void Decode(int before, out Instruction instruction)
    {
        int start = LongestInstruction - before;
        instruction = default;
        if (start < _first)
        {
            return;
        }

        _reader.Position = start;
        Decoder decoder = _bitness switch
        {
            64 => _decoder64,
            32 => _decoder32,
            _ => _decoder16,
        };
        decoder.IP = Truncate(_general.rip - (ulong)before);
        decoder.Decode(out instruction);
        if (start + instruction.Length > _end)
        {
            instruction = default;
        }
    }

    /// <summary>Cuts an offset to the width of RIP.</summary>
    public ulong Truncate(ulong rip) => _bitness == 64 ? rip : (uint)rip;

    /// <summary>The base of the segment that an instruction uses; 0 where 64-bit mode ignores it.</summary>
    public ulong SegmentBase(Register segment) => segment switch
    {
        Register.FS => _system.fs.@base,
        Register.GS => _system.gs.@base,
        _ when _bitness == 64 => 0,
        Register.CS => _system.cs.@base,
        Register.SS => _system.ss.@base,
        Register.ES => _system.es.@base,
        _ => _system.ds.@base,
    };

    /// <summary>The guest-physical address of a linear one.</summary>
    public bool TryTranslate(ulong linear, out ulong physical)
    {
        kvm_translation translation = new() { linear_address = _bitness == 64 ? linear : (uint)linear };
        bool done = LibC.Ioctl(_vcpu, KvmVcpuWords.KVM_TRANSLATE, &translation) == 0 && translation.valid != 0;
        physical = translation.physical_address;
        return done;
    }

    /// <inheritdoc/>
    bool IVATryGetRegisterValueProvider.TryGetRegisterValue(Register register, int elementIndex, int elementSize, out ulong value)
    {
        value = register.IsSegmentRegister() ? SegmentBase(register) : ValueOf(register);
        return true;
    }

    // Page by page, for one of them may not be mapped.
    private void ReadAround(ulong linear)
    {
        _end = LongestInstruction;
        while (_end < _bytes.Length)
        {
            ulong next = linear + (ulong)(_end - LongestInstruction);
            int length = (int)Math.Min((ulong)(_bytes.Length - _end), PageSize - (next % PageSize));
            if (!TryRead(next, _bytes.AsSpan(_end, length)))
            {
                break;
            }

            _end += length;
        }

        _first = LongestInstruction;
        while (_first > 0)
        {
            ulong last = linear - (ulong)(LongestInstruction - _first) - 1;
            int length = Math.Min(_first, (int)(last % PageSize) + 1);
            if (!TryRead(last - (ulong)(length - 1), _bytes.AsSpan(_first - length, length)))
            {
                break;
            }

            _first -= length;
        }
    }

    private bool TryRead(ulong linear, Span<byte> to) => TryTranslate(linear, out ulong physical) && _memory!.Read(physical, to) == to.Length;

    private ulong ValueOf(Register register)
    {
        ulong whole = register.GetFullRegister() switch
        {
            Register.RAX => _general.rax,
            Register.RCX => _general.rcx,
            Register.RDX => _general.rdx,
            Register.RBX => _general.rbx,
            Register.RSP => _general.rsp,
            Register.RBP => _general.rbp,
            Register.RSI => _general.rsi,
            Register.RDI => _general.rdi,
            Register.R8 => _general.r8,
            Register.R9 => _general.r9,
            Register.R10 => _general.r10,
            Register.R11 => _general.r11,
            Register.R12 => _general.r12,
            Register.R13 => _general.r13,
            Register.R14 => _general.r14,
            Register.R15 => _general.r15,
            _ => 0,
        };
        return register.GetSize() switch
        {
            2 => (ushort)whole,
            4 => (uint)whole,
            _ => whole,
        };
    }
}
