using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>
/// The host CPU itself: a thunk at a fixed low address loads every register from the state page, executes the instruction, and stores every register.
/// No fault is caught, so an instruction that could raise one must not be handed in.
/// </summary>
/// <remarks>
/// Code is written through one mapping and executed through another, never both in one. Every instruction gets a thunk of its own behind the last
/// one, so that no stale prefetched byte can run.
/// </remarks>
internal sealed unsafe class NativeRunner : IInstructionRunner
{
    private const ulong CodeAddress = 0x7000_0000;
    private const int CodeLength = 0x1_0000;
    private const ulong StateAddress = GuestData.Address + 0x1000;
    private const ulong SavedStack = StateAddress + 0xFF0;
    private const int LongestThunk = 2048;

    private static readonly AssemblerRegister64[] s_general = [rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15];

    private readonly HostMapping _data;
    private readonly HostMapping _code;
    private byte[] _last = [];
    private int _used;
    private ulong _thunk;

    public NativeRunner()
    {
        _code = HostMapping.CreateCode(CodeAddress, CodeLength);
        _data = HostMapping.CreateData(GuestData.Address, 0x2000);
    }

    /// <inheritdoc/>
    public string Name => "host CPU";

    /// <summary>Null where instructions can be executed natively; else why not.</summary>
    public static string? Unsupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 ? null : "needs an x86-64 Linux host";

    /// <inheritdoc/>
    public string? Run(ReadOnlySpan<byte> instruction, ref MachineState state, Span<byte> data)
    {
        if (!instruction.SequenceEqual(_last))
        {
            _last = instruction.ToArray();
            Emit(instruction);
        }

        var page = (MachineState*)StateAddress;
        var memory = new Span<byte>((void*)GuestData.Address, GuestData.Length);
        *page = state;
        data.CopyTo(memory);
        ((delegate* unmanaged<void>)_thunk)();
        state = *page;
        memory.CopyTo(data);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _code.Dispose();
        _data.Dispose();
    }

    private void Emit(ReadOnlySpan<byte> instruction)
    {
        if (_used + LongestThunk > CodeLength)
        {
            _used = 0;
        }

        var code = new Assembler(64);
        ReadOnlySpan<AssemblerRegister64> preserved = [rbx, rbp, r12, r13, r14, r15];
        foreach (AssemblerRegister64 register in preserved)
        {
            code.push(register);
        }

        // SAVED: the instruction may leave any general register but RSP changed; RSP is only saved against instructions that move it.
        code.mov(__qword_ptr[SavedStack], rsp);
        code.fxrstor64(__[StateAddress + FxOffset]);
        code.push(__qword_ptr[StateAddress + FlagsOffset]);
        code.popfq();
        for (int i = 0; i < s_general.Length; i++)
        {
            if (s_general[i] != rsp)
            {
                code.mov(s_general[i], __qword_ptr[StateAddress + (ulong)(8 * i)]);
            }
        }

        code.db(instruction.ToArray());
        for (int i = 0; i < s_general.Length; i++)
        {
            if (s_general[i] != rsp)
            {
                code.mov(__qword_ptr[StateAddress + (ulong)(8 * i)], s_general[i]);
            }
        }

        code.mov(rsp, __qword_ptr[SavedStack]);
        code.pushfq();
        code.pop(__qword_ptr[StateAddress + FlagsOffset]);
        code.fxsave64(__[StateAddress + FxOffset]);

        // What the calling convention expects: DF clear, x87 empty, all exceptions masked.
        code.cld();
        code.fninit();
        code.push(0x1F80);
        code.ldmxcsr(__dword_ptr[rsp]);
        code.pop(rax);
        for (int i = preserved.Length - 1; i >= 0; i--)
        {
            code.pop(preserved[i]);
        }

        code.ret();
        var writer = new SpanWriter(_code.Writable + _used, LongestThunk);
        _thunk = CodeAddress + (ulong)_used;
        code.Assemble(writer, _thunk);
        _used += (writer.Length + 63) & ~63;
    }

    private static ulong FxOffset => (ulong)Marshal.OffsetOf<MachineState>(nameof(MachineState.Fx));

    private static ulong FlagsOffset => (ulong)Marshal.OffsetOf<MachineState>(nameof(MachineState.Rflags));

    private sealed class SpanWriter(byte* target, int capacity) : CodeWriter
    {
        public int Length { get; private set; }

        public override void WriteByte(byte value)
        {
            if (Length == capacity)
            {
                throw new InvalidOperationException($"a thunk is longer than {capacity} bytes");
            }

            target[Length++] = value;
        }
    }
}
