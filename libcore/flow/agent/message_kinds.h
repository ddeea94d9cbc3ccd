// The numbers of the messages of managers and agents, as HOSTS.md has them.
#pragma once

#include <cstdint>

#include "libcore/flow/agent/messages.h"

namespace penstock {

// Numbers of the manager and of the agent differ, so that neither takes its
// own words for the other's. That of Beat is a line's end (HOSTS.md).
template <typename Message>
inline constexpr uint8_t kKindOf = 0;
template <>
inline constexpr uint8_t kKindOf<BeginRun> = 1;
template <>
inline constexpr uint8_t kKindOf<LookAtFiles> = 2;
template <>
inline constexpr uint8_t kKindOf<OpenPorts> = 3;
template <>
inline constexpr uint8_t kKindOf<PutFile> = 4;
template <>
inline constexpr uint8_t kKindOf<PutSecret> = 5;
template <>
inline constexpr uint8_t kKindOf<BeginStep> = 6;
template <>
inline constexpr uint8_t kKindOf<StartJob> = 7;
template <>
inline constexpr uint8_t kKindOf<EndStarts> = 8;
template <>
inline constexpr uint8_t kKindOf<SignalAttempt> = 9;
template <>
inline constexpr uint8_t kKindOf<SweepLeftBehind> = 64;
template <>
inline constexpr uint8_t kKindOf<GrantChunk> = 11;
template <>
inline constexpr uint8_t kKindOf<EndRun> = 12;
template <>
inline constexpr uint8_t kKindOf<MeasureHost> = 13;
template <>
inline constexpr uint8_t kKindOf<AnswerLink> = 14;
template <>
inline constexpr uint8_t kKindOf<MeasureLink> = 15;
template <>
inline constexpr uint8_t kKindOf<FindFiles> = 16;
template <>
inline constexpr uint8_t kKindOf<SurveyFiles> = 17;
template <>
inline constexpr uint8_t kKindOf<PutPiece> = 18;
template <>
inline constexpr uint8_t kKindOf<EndStep> = 19;
template <>
inline constexpr uint8_t kKindOf<TakeFolder> = 20;
template <>
inline constexpr uint8_t kKindOf<BeginOutput> = 21;
template <>
inline constexpr uint8_t kKindOf<FinishOutput> = 22;
template <>
inline constexpr uint8_t kKindOf<CheckOutput> = 23;
template <>
inline constexpr uint8_t kKindOf<RemoveOutput> = 24;
template <>
inline constexpr uint8_t kKindOf<KeepOutputs> = 25;
template <>
inline constexpr uint8_t kKindOf<FindOutputs> = 26;
template <>
inline constexpr uint8_t kKindOf<BeginStatement> = 27;
template <>
inline constexpr uint8_t kKindOf<Beat> = '\n';
template <>
inline constexpr uint8_t kKindOf<AgentReady> = 65;
template <>
inline constexpr uint8_t kKindOf<FilesSeen> = 66;
template <>
inline constexpr uint8_t kKindOf<PortsOpened> = 67;
template <>
inline constexpr uint8_t kKindOf<TaskStarted> = 68;
template <>
inline constexpr uint8_t kKindOf<TaskNotRun> = 69;
template <>
inline constexpr uint8_t kKindOf<TaskEnded> = 70;
template <>
inline constexpr uint8_t kKindOf<TaskStopped> = 71;
template <>
inline constexpr uint8_t kKindOf<TaskContinued> = 72;
template <>
inline constexpr uint8_t kKindOf<Swept> = 73;
template <>
inline constexpr uint8_t kKindOf<ChunksAsked> = 74;
template <>
inline constexpr uint8_t kKindOf<MovedCounts> = 75;
template <>
inline constexpr uint8_t kKindOf<AgentFailed> = 76;
template <>
inline constexpr uint8_t kKindOf<HostMeasured> = 77;
template <>
inline constexpr uint8_t kKindOf<LinkMeasured> = 78;
template <>
inline constexpr uint8_t kKindOf<FilesFound> = 79;
template <>
inline constexpr uint8_t kKindOf<FilesSurveyed> = 80;
template <>
inline constexpr uint8_t kKindOf<FolderTaken> = 81;
template <>
inline constexpr uint8_t kKindOf<OutputFinished> = 82;
template <>
inline constexpr uint8_t kKindOf<OutputChecked> = 83;
template <>
inline constexpr uint8_t kKindOf<OutputsFound> = 84;

}  // namespace penstock
