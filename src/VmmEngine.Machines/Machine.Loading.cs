using Iced.Intel;
using VmmEngine.Guests;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using VmmEngine.SoftX86;

namespace VmmEngine.Machines;

/// <content>What a machine starts with, and what its software vCPU did not know.</content>
public sealed partial class Machine
{
    /// <summary>
    /// How often guest code came up that the software vCPU does not cover, by instruction in Intel's manner; empty on KVM. Counted when code is decoded,
    /// which is not every time that it executes.
    /// </summary>
    public IReadOnlyDictionary<string, ulong> UncoveredInstructions
    {
        get
        {
            SortedDictionary<string, ulong> found = new(StringComparer.Ordinal);
            if (_factory.Made is not SoftVm software)
            {
                return found;
            }

            foreach (MachineVcpu vcpu in _vcpus)
            {
                ReadOnlySpan<ulong> counts = software.UncoveredOf(vcpu.Id);
                for (int code = 0; code < counts.Length; code++)
                {
                    if (counts[code] != 0)
                    {
                        string name = ((Code)code).ToOpCode().ToInstructionString();
                        found[name] = found.GetValueOrDefault(name) + counts[code];
                    }
                }
            }

            return found;
        }
    }

    private LoadTarget Target
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return new MachineLoadTarget(Vm, _options.LowMemory, _options.HighMemory);
        }
    }

    /// <summary>Loads PC firmware, which starts at the reset vector.</summary>
    /// <exception cref="LoadException">It is no firmware image, or one is loaded already.</exception>
    public void LoadBios(ReadOnlySpan<byte> image) => _vcpus[0].Start(BiosLoader.Load(image, Target));

    /// <summary>Loads a kernel: ELF, or any file with a multiboot header.</summary>
    /// <param name="image">The file.</param>
    /// <param name="commandLine">What a multiboot kernel is told.</param>
    /// <exception cref="LoadException">It is none of these, it is damaged, or it does not fit.</exception>
    public void LoadKernel(ReadOnlySpan<byte> image, string commandLine = "") => _vcpus[0].Start(KernelLoader.Load(image, commandLine, Target));

    /// <summary>Loads bytes as they are, and enters the first one.</summary>
    /// <param name="image">The bytes.</param>
    /// <param name="address">Where they go.</param>
    /// <param name="mode">How the guest begins; null: in real mode below 1 MiB, in protected mode above.</param>
    /// <exception cref="LoadException">They do not fit.</exception>
    public void LoadFlat(ReadOnlySpan<byte> image, Gpa address, EntryMode? mode = null) => _vcpus[0].Start(FlatLoader.Load(image, address, mode, Target));

    /// <summary>The name in snapshots of what <see cref="AttachTestRegisters"/> attaches.</summary>
    public const string TestRegistersName = "test registers";

    /// <summary>Attaches the device that the built-in guest uses, for a machine that goes on from a snapshot of one with that guest.</summary>
    /// <returns>The device, in which the guest leaves its result.</returns>
    public TestRegisters AttachTestRegisters()
    {
        TestRegisters device = BuiltInGuest.AttachDevice(Bus);
        AddToSnapshots(TestRegistersName, device);
        return device;
    }

    /// <summary>Loads the guest that the library brings along, with the device it uses, for one or two vCPUs.</summary>
    /// <returns>The device, in which the guest leaves its result.</returns>
    /// <exception cref="LoadException">There is too little memory.</exception>
    public TestRegisters LoadBuiltInGuest()
    {
        EntryState[] entries = BuiltInGuest.Load(Target, _options.Vcpus);
        for (int id = 0; id < entries.Length; id++)
        {
            _vcpus[id].Start(entries[id]);
        }

        return AttachTestRegisters();
    }
}
