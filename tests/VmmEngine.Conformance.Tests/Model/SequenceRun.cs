using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;

namespace VmmEngine.Conformance.Tests.Model;

/// <summary>A sequence on a system and on the model side by side. The first difference ends it, with a <see cref="CaseFailedException"/>.</summary>
internal sealed partial class SequenceRun : IDisposable
{
    private readonly ISystemUnderTest _system;
    private readonly Action<Act, int>? _answered;
    private readonly ModelDevice _model = new();
    private readonly Dictionary<uint, VmSide> _sides = [];
    private readonly int[] _descriptors = new int[Callers.All.Count];

    private SequenceRun(ISystemUnderTest system, Action<Act, int>? answered)
    {
        _system = system;
        _answered = answered;
        for (int i = 0; i < _descriptors.Length; i++)
        {
            Check.Equal("opening", 0, system.Open("/dev/vmm", Callers.All[i].Access, Callers.All[i].Caller, out _descriptors[i]));
        }
    }

    /// <summary>Executes a sequence, and ends every VM.</summary>
    /// <param name="steps">The sequence.</param>
    /// <param name="system">Fresh, with the model's limits.</param>
    /// <param name="atEnd">Looks at what is left; it gets the model.</param>
    /// <param name="answered">Told of every answer.</param>
    /// <returns>What differs; null if nothing does.</returns>
    public static string? Execute(IReadOnlyList<Step> steps, ISystemUnderTest system, Action<ModelDevice> atEnd, Action<Act, int>? answered = null)
    {
        using SequenceRun run = new(system, answered);
        int i = 0;
        try
        {
            for (; i < steps.Count; i++)
            {
                run.Execute(steps[i]);
            }

            run.EndAll();
            atEnd(run._model);
            return null;
        }
        catch (CaseFailedException difference)
        {
            return $"step {i}: {difference.Message}";
        }
    }

    /// <summary>Unmaps what the sequence has mapped.</summary>
    public void Dispose()
    {
        foreach (VmSide side in _sides.Values)
        {
            side.Memory.Dispose();
        }
    }

    private void Execute(Step step)
    {
        int error = _model.Admit(step, out ModelVm? vm);
        if (error != 0)
        {
            Expect(error, step, Refused(step));
            return;
        }

        switch (step.Act)
        {
            case Act.Create: Create(step); break;
            case Act.Run: Run(step, vm!); break;
            case Act.Info: Report(step); break;
            case Act.Terminate: Terminate(step, vm!); break;
            case Act.Reset: Reset(step, vm!); break;
            case Act.Interrupt: Interrupt(step, vm!); break;
            case Act.ReadRegisters: ReadRegisters(step, vm!); break;
            case Act.WriteRegisters: WriteRegisters(step, vm!); break;
            case Act.ReadParameters: ReadParameters(step, vm!); break;
            case Act.WriteParameters: WriteParameters(step, vm!); break;
            case Act.Share: Share(step); break;
            case Act.Protect: Protect(step, vm!); break;
        }
    }

    private void EndAll()
    {
        foreach (ModelVm vm in _model.Vms.ToArray())
        {
            Terminate(new Step(Act.Terminate, Newer: false, Caller: 0, vm.Id, 0, 0, 0), vm);
        }

        Report(new Step(Act.Info, Newer: false, 0, 0, 0, 0, 0));
    }

    /// <summary>Any argument that would do if the command got that far.</summary>
    private static Struct? Refused(Step step)
    {
        if (step.Act == Act.NoArgument)
        {
            return null;
        }

        return step.Act switch
        {
            Act.UnknownWord => new Struct(16),
            Act.Create => Structs.Create(step.Revision, []),
            Act.Info => Structs.Info(0, 0),
            _ => Structs.Vcpu(CommandOf(step), step.Vm, step.Vcpu),
        };
    }

    private static Command CommandOf(Step step)
    {
        Revision revision = step.Revision;
        return step.Act switch
        {
            Act.Create => revision.Create,
            Act.Run => revision.Run,
            Act.Info => revision.Info,
            Act.Terminate => revision.Terminate,
            Act.Reset => revision.ResetCpu,
            Act.Interrupt => revision.Interrupt,
            Act.ReadRegisters or Act.NoArgument => revision.ReadRegisters,
            Act.WriteRegisters => revision.WriteRegisters,
            Act.ReadParameters => revision.ReadParameters,
            Act.WriteParameters => revision.WriteParameters,
            Act.Share => revision.ShareMemory,
            Act.Protect => Revision.Baseline.ProtectMemory!,
            _ => new Command("unknown", 0xC010_5633),
        };
    }

    private void Expect(int error, Step step, Struct? argument)
    {
        int seen = _system.Ioctl(_descriptors[step.Caller], CommandOf(step).Word, argument?.Address ?? 0);
        GC.KeepAlive(argument);
        _answered?.Invoke(step.Act, seen);
        Check.That("the answer", error == seen, NameOf(error), NameOf(seen));
    }

    /// <summary>What the client has of a VM: its memory, and the exit structure of its runs.</summary>
    private sealed record VmSide(ClientMemory Memory, Struct Exit);
}
