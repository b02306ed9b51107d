using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.Platform;

namespace VmmEngine.RunLoop.Scripted;

/// <summary>A back end without a processor: its vCPUs play lists of exits. For tests and benchmarks of everything above it.</summary>
public sealed unsafe class ScriptedVm : VmBackend
{
    private readonly VmLocks* _locks;
    private readonly uint* _lines;
    private readonly ScriptedInterrupts _interrupts;
    private readonly CpuRegisters[] _registers;
    private readonly ScriptedExit[] _script;
    private bool _disposed;

    /// <summary>Makes the back end.</summary>
    /// <param name="request">For which VM.</param>
    /// <param name="script">What every vCPU plays over and over from its preparation; empty for nothing yet.</param>
    public ScriptedVm(in BackendRequest request, params IReadOnlyList<ScriptedExit> script)
        : base(in request)
    {
        _script = [.. script];
        _locks = request.Locks;
        _lines = (uint*)NativeMemory.AllocZeroed(sizeof(uint));
        _interrupts = new ScriptedInterrupts(LockMemory, _lines);
        _registers = new CpuRegisters[request.VcpuLimit];
    }

    /// <inheritdoc/>
    public override string Name => "scripted";

    /// <inheritdoc/>
    public override delegate*<Vcpu*, void> Kick => &KickVcpu;

    /// <inheritdoc/>
    public override InterruptController Interrupts => _interrupts;

    /// <summary>Gives a vCPU something to play, from the start.</summary>
    /// <param name="vcpu">Prepared, and held by the caller.</param>
    /// <param name="script">The exits, in order.</param>
    /// <param name="repeat">Whether the script begins again at its end; otherwise the guest loops there without exits.</param>
    public static void Load(Vcpu* vcpu, ReadOnlySpan<ScriptedExit> script, bool repeat = false)
    {
        ScriptedVcpuState* state = State(vcpu);
        FreeScript(state);
        *state = new ScriptedVcpuState
        {
            Lines = state->Lines,
            Script = (ScriptedExit*)NativeMemory.Alloc((nuint)script.Length + 1, (nuint)sizeof(ScriptedExit)),
            Answers = (ulong*)NativeMemory.AllocZeroed((nuint)script.Length + 1, sizeof(ulong)),
            Length = (uint)script.Length,
            Repeats = repeat ? 1u : 0,
            Budget = ulong.MaxValue,
            Exit = new VcpuExit { Count = 1, Reason = ExitReason.Interrupted },
        };
        script.CopyTo(new Span<ScriptedExit>(state->Script, script.Length));
    }

    /// <summary>The data of an exit when the guest went on from it: what a read was answered.</summary>
    public static ulong Answer(Vcpu* vcpu, int index)
    {
        ScriptedVcpuState* state = State(vcpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, state->Length, nameof(index));
        return state->Answers[index];
    }

    /// <summary>How many exits have been played; once around counts from 0 again.</summary>
    public static int Position(Vcpu* vcpu) => (int)State(vcpu)->Position;

    /// <summary>How often the loop has said that events may have arrived.</summary>
    public static int EventLooks(Vcpu* vcpu) => (int)State(vcpu)->EventLooks;

    /// <inheritdoc/>
    public override int Map(Gpa address, Hva host, ulong length, MemoryProtection protection) => 0;

    /// <inheritdoc/>
    public override void Unmap(Gpa address, ulong length)
    {
    }

    /// <inheritdoc/>
    public override int Prepare(Vcpu* vcpu)
    {
        if (vcpu->Backend == null)
        {
            vcpu->Backend = NativeMemory.AllocZeroed((nuint)sizeof(ScriptedVcpuState));
            State(vcpu)->Lines = vcpu->Id == 0 ? _lines : null;
            Load(vcpu, _script, repeat: _script.Length != 0);
        }

        return 0;
    }

    /// <inheritdoc/>
    public override int Reset(Vcpu* vcpu)
    {
        ScriptedVcpuState* state = State(vcpu);
        (state->Position, state->Halted, state->NmiLatched, state->InterruptSeen) = (0, 0, 0, 0);
        _registers[vcpu->Id] = default;
        return 0;
    }

    /// <inheritdoc/>
    public override int ReadRegisters(Vcpu* vcpu, RegisterGroups groups, ref CpuRegisters registers)
    {
        registers = _registers[vcpu->Id];
        return 0;
    }

    /// <inheritdoc/>
    public override int WriteRegisters(Vcpu* vcpu, RegisterGroups groups, in CpuRegisters registers)
    {
        _registers[vcpu->Id] = registers;
        return 0;
    }

    /// <summary>A script takes no events.</summary>
    public override int Inject(Vcpu* vcpu, in VcpuEvent what) => Errno.EBUSY;

    /// <inheritdoc/>
    public override bool TakeEvent(Vcpu* vcpu, out VcpuEvent what)
    {
        what = default;
        return false;
    }

    /// <inheritdoc/>
    public override void InjectNmi(Vcpu* vcpu) => Volatile.Write(ref State(vcpu)->NmiLatched, 1);

    /// <inheritdoc/>
    public override void EndHalt(Vcpu* vcpu)
    {
    }

    /// <inheritdoc/>
    public override RunResult Run(Vcpu* vcpu, in RunContext context, out VcpuExit* exit)
    {
        ScriptedVcpuState* state = State(vcpu);
        state->Budget = context.Budget == 0 ? ulong.MaxValue : context.Budget;
        return RunLoop<ScriptedVcpu>.Run(vcpu, new ScriptedVcpu(state), context, StatisticsOf(vcpu->Id), out exit);
    }

    /// <inheritdoc/>
    public override void Restart(Vcpu* vcpu)
    {
        ScriptedVcpuState* state = State(vcpu);
        state->Position -= Math.Min(state->Position, 1);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        for (uint id = 0; id < _locks->VcpuLimit; id++)
        {
            Vcpu* vcpu = _locks->Vcpus + id;
            if (vcpu->Backend != null)
            {
                FreeScript(State(vcpu));
                NativeMemory.Free(vcpu->Backend);
                vcpu->Backend = null;
            }
        }

        NativeMemory.Free(_lines);
    }

    private static ScriptedVcpuState* State(Vcpu* vcpu) => (ScriptedVcpuState*)vcpu->Backend;

    private static void FreeScript(ScriptedVcpuState* state)
    {
        NativeMemory.Free(state->Script);
        NativeMemory.Free(state->Answers);
    }

    private static void KickVcpu(Vcpu* vcpu)
    {
        ScriptedVcpuState* state = State(vcpu);
        ProcessorAtomics.Exchange(ref state->Kicked, 1);
        ProcessorAtomics.Wake(ref state->Kicked);
    }
}
