using VmmEngine.Abi.OpenBsd;
using VmmEngine.Exploration.Scenarios;
using VmmEngine.Locks;
using VmmEngine.OpenBsd;
using Commands = VmmEngine.Exploration.Rows.WaitSetCommands<VmmEngine.Exploration.ReplayAtomics, VmmEngine.Exploration.Rows.WaitSetHandlers>;

namespace VmmEngine.Exploration.Rows;

/// <summary>The lock sets of OpenBSD's device and of FreeBSD's control device: pairs, termination, and every way to be refused.</summary>
internal static unsafe class WaitSetScenarios
{
    private delegate int Method(in HostCall call, ref vm_intr_params argument);

    private static readonly (string Name, Method Call)[] Rows =
    [
        ("TAKE_NOTHING", static (in call, ref _) => Commands.TakeNothing(in call)),
        ("READ_LIST", static (in call, ref _) => Commands.ReadList(in call)),
        ("WRITE_LIST", static (in call, ref _) => Commands.WriteList(in call)),
        ("FIND_VM", Commands.FindVm),
        ("FIND_VCPU", Commands.FindVcpu),
        ("AWAIT_ONE", Commands.AwaitOne),
        ("READ_MAP", Commands.ReadMap),
        ("WRITE_MAP", Commands.WriteMap),
    ];

    public static IEnumerable<Scenario> All()
    {
        for (int one = 0; one < Rows.Length; one++)
        {
            for (int other = one; other < Rows.Length; other++)
            {
                (string Name, Method Call)[] pair = [Rows[one], Rows[other]];
                yield return new("host rows in pairs", $"{pair[0].Name}, {pair[1].Name}", Expectation.Clean, world => Build(world, HostCall.VmId, 0, pair));
            }
        }

        foreach ((string Name, Method Call) row in Rows)
        {
            yield return new("host rows against termination", row.Name, Expectation.Clean, world => BuildTermination(world, row, AwaitLast));
        }

        yield return new("host rows (broken)", "termination does not wait for references", Expectation.Caught, world => BuildTermination(world, Rows[3], static (ref _) => { }))
        {
            ExpectedViolation = ViolationKind.TwoHolders,
        };

        foreach ((string Name, Method Call) row in Rows[3..])
        {
            yield return new("host rows refused", $"{row.Name} of VM 2", Expectation.Clean, world => Build(world, vmId: 2, vcpuId: 0, [row, Rows[7]]));
        }

        foreach (uint vcpu in (uint[])[1, 2, uint.MaxValue])
        {
            yield return new("host rows refused", $"AWAIT_ONE of vCPU {vcpu}", Expectation.Clean, world => Build(world, HostCall.VmId, vcpu, [Rows[5], Rows[5]]));
            yield return new("host rows refused", $"FIND_VCPU of vCPU {vcpu}", Expectation.Clean, world => Build(world, HostCall.VmId, vcpu, [Rows[4], Rows[5]]));
            yield return new("host rows refused", $"WRITE_MAP of vCPU {vcpu}", Expectation.Clean, world => Build(world, HostCall.VmId, vcpu, [Rows[7], Rows[6]]));
        }
    }

    private delegate void Awaiter(ref ReferenceCount references);

    private static void AwaitLast(ref ReferenceCount references) => ReferenceCounts<ReplayAtomics>.AwaitLast(ref references);

    /// <summary>Callers of rows; the VM is listed and has vCPU 0 but not vCPU 1.</summary>
    private static void Build(World world, uint vmId, uint vcpuId, (string Name, Method Call)[] rows)
    {
        HostCall[] calls = Populate(world, rows.Length);
        bool unlinks = rows.Any(row => row.Name == "WRITE_LIST");
        for (int caller = 0; caller < rows.Length; caller++)
        {
            HostCall call = calls[caller];
            (string name, Method method) = rows[caller];
            bool namesVm = Array.FindIndex(Rows, row => row.Name == name) >= 3;
            bool namesVcpu = name is "AWAIT_ONE" or "FIND_VCPU" or "WRITE_MAP";
            bool refused = (namesVm && vmId != HostCall.VmId) || (namesVcpu && vcpuId != 0);
            world.Thread($"caller {caller} ({name})", () =>
            {
                vm_intr_params argument = new() { vip_vm_id = vmId, vip_vcpu_id = vcpuId };
                int error = method(in call, ref argument);
                bool expected = refused || (namesVm && unlinks && error != 0) ? error == Errno.ENOENT : error == 0;
                if (!expected)
                {
                    throw new InvalidOperationException($"the row answered {error}");
                }
            });
        }
    }

    /// <summary>A row against the end of its VM: out of the list, the list's reference given up, the last one awaited, torn down.</summary>
    private static void BuildTermination(World world, (string Name, Method Call) row, Awaiter awaitLast)
    {
        HostCall[] calls = Populate(world, callers: 2);
        HostCall call = calls[0];
        HostCall ender = calls[1];
        world.Thread($"caller ({row.Name})", () =>
        {
            vm_intr_params argument = new() { vip_vm_id = HostCall.VmId };
            row.Call(in call, ref argument);
        });
        world.Thread("terminator", () =>
        {
            if (ender.FindVm(HostCall.VmId, out HostTarget target) != 0 || !ReferenceCounts<ReplayAtomics>.TryBeginEnd(ref ender.References))
            {
                return;
            }

            Commands.WriteList(in ender);
            ReferenceCounts<ReplayAtomics>.Release(ref ender.References);
            awaitLast(ref ender.References);
            Commands.TearDown(in target);
        });
    }

    private static HostCall[] Populate(World world, int callers)
    {
        VmWorld vm = new(world, vcpus: 2, existing: 1, callers);
        HostLocks* host = world.Allocate<HostLocks>("host");
        HostLocks.Initialize(host);
        CallerLine* lines = world.AllocateArray<CallerLine>("host line", callers);
        uint* listed = world.Allocate<uint>("listed");
        ReferenceCount* references = world.Allocate<ReferenceCount>("references");
        *listed = 1;
        references->Word = 1;
        world.Name(listed, "listed", restored: false);
        world.Name(&references->Word, "references", restored: false);
        world.Name(&host->VmList.Writer.Word, "list.writer");
        world.Name(&host->VmList.Writer.Waiters, "list.waiters");
        world.Resource(Resources.VmList, "the list of VMs");
        world.Resource(Resources.Gate, "the VM");
        world.AtEnd(memory => memory[&references->Word] is 1 or (1u << 31 | 1) ? null : $"references are left: 0x{memory[&references->Word]:X}");
        HostCall[] calls = new HostCall[callers];
        for (int caller = 0; caller < callers; caller++)
        {
            lines[caller].Rented = 1;
            lines[caller].Next = host->Lines.First;
            host->Lines.First = (nuint)(lines + caller);
            world.Name(&lines[caller].VmList, $"host line {caller}.list");
            calls[caller] = new HostCall(host, lines + caller, vm.Locks, vm.Lines + caller, listed, references);
        }

        return calls;
    }
}
