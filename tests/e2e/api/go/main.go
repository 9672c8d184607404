// Command contract drives the embedded API with client-go as its users do, default settings (protobuf), and prints
// one JSON document of what it saw.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	applyv1 "k8s.io/client-go/applyconfigurations/coordination/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

type report map[string]any

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func pointer[T any](value T) *T { return &value }

const layout = "2006-01-02T15:04:05.000000Z07:00"

func leases(ctx context.Context, clients *kubernetes.Clientset, seen report) {
	api := clients.CoordinationV1().Leases("default")
	renewed := must(time.Parse(layout, "2026-01-02T03:04:05.678901Z"))
	lease := &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Name: "go", Labels: map[string]string{"app": "go"}},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity:       pointer("a"),
			LeaseDurationSeconds: pointer(int32(15)),
			RenewTime:            &metav1.MicroTime{Time: renewed},
			LeaseTransitions:     pointer(int32(0)),
		},
	}
	made := must(api.Create(ctx, lease, metav1.CreateOptions{}))
	_, err := api.Create(ctx, lease, metav1.CreateOptions{})
	seen["alreadyExists"] = apierrors.IsAlreadyExists(err)
	got := must(api.Get(ctx, "go", metav1.GetOptions{}))
	seen["renewTime"] = got.Spec.RenewTime.UTC().Format(layout)
	seen["transitions"] = *got.Spec.LeaseTransitions

	got.Spec.HolderIdentity = pointer("")
	updated := must(api.Update(ctx, got, metav1.UpdateOptions{}))
	seen["holderAfterRelease"] = *updated.Spec.HolderIdentity
	made.Spec.HolderIdentity = pointer("late")
	_, err = api.Update(ctx, made, metav1.UpdateOptions{})
	seen["conflict"] = apierrors.IsConflict(err)
	seen["conflictMessage"] = err.Error()
	made.ResourceVersion = ""
	_, err = api.Update(ctx, made, metav1.UpdateOptions{})
	seen["unversioned"] = apierrors.IsInvalid(err)
	_, err = api.Get(ctx, "absent", metav1.GetOptions{})
	seen["notFound"] = apierrors.IsNotFound(err)

	patch := []byte(`{"spec":{"holderIdentity":"patched"}}`)
	seen["patched"] = *must(api.Patch(ctx, "go", types.StrategicMergePatchType, patch, metav1.PatchOptions{})).Spec.HolderIdentity
	config := applyv1.Lease("go", "default").WithSpec(applyv1.LeaseSpec().WithHolderIdentity("applied"))
	_, err = api.Apply(ctx, config, metav1.ApplyOptions{FieldManager: "other"})
	seen["applyConflict"] = apierrors.IsConflict(err)
	seen["applied"] = *must(api.Apply(ctx, config, metav1.ApplyOptions{FieldManager: "other", Force: true})).Spec.HolderIdentity
	list := must(api.List(ctx, metav1.ListOptions{LabelSelector: "app=go"}))
	seen["listed"] = len(list.Items)

	watch := must(api.Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion, LabelSelector: "app=go"}))
	defer watch.Stop()
	must(api.Patch(ctx, "go", types.MergePatchType, patch, metav1.PatchOptions{}))
	if err := api.Delete(ctx, "go", metav1.DeleteOptions{}); err != nil {
		panic(err)
	}
	events := []string{}
	for event := range watch.ResultChan() {
		events = append(events, string(event.Type)+" "+*event.Object.(*coordinationv1.Lease).Spec.HolderIdentity)
		if len(events) == 2 {
			break
		}
	}
	seen["watched"] = events
}

// An informer lists and watches by its own choice of protocol (since 0.35 the streaming list).
func informed(ctx context.Context, clients *kubernetes.Clientset, seen report) {
	api := clients.CoreV1().ConfigMaps("default")
	configMap := func(name, value string) *corev1.ConfigMap {
		return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"k": value}}
	}
	must(api.Create(ctx, configMap("before", "1"), metav1.CreateOptions{}))
	events := make(chan string, 16)
	factory := informers.NewSharedInformerFactoryWithOptions(clients, 0, informers.WithNamespace("default"))
	informer := factory.Core().V1().ConfigMaps().Informer()
	must(informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { events <- "add " + object.(*corev1.ConfigMap).Name },
		UpdateFunc: func(_, object any) { events <- "update " + object.(*corev1.ConfigMap).Data["k"] },
		DeleteFunc: func(object any) { events <- "delete " + object.(*corev1.ConfigMap).Name },
	}))
	factory.Start(ctx.Done())
	seen["synced"] = cache.WaitForCacheSync(ctx.Done(), informer.HasSynced)
	informedOf := []string{<-events}
	made := must(api.Create(ctx, configMap("after", "1"), metav1.CreateOptions{}))
	informedOf = append(informedOf, <-events)
	made.Data["k"] = "2"
	must(api.Update(ctx, made, metav1.UpdateOptions{}))
	informedOf = append(informedOf, <-events)
	if err := api.Delete(ctx, "after", metav1.DeleteOptions{}); err != nil {
		panic(err)
	}
	seen["informed"] = append(informedOf, <-events)
}

func elected(ctx context.Context, clients *kubernetes.Clientset, seen report) {
	ctx, cancel := context.WithCancel(ctx)
	lock := must(resourcelock.New(resourcelock.LeasesResourceLock, "default", "election",
		clients.CoreV1(), clients.CoordinationV1(), resourcelock.ResourceLockConfig{Identity: "me"}))
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock: lock, ReleaseOnCancel: true,
		LeaseDuration: 3 * time.Second, RenewDeadline: 2 * time.Second, RetryPeriod: 200 * time.Millisecond,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { cancel() },
			OnStoppedLeading: func() { seen["stoppedLeading"] = true },
		},
	})
	lease := must(clients.CoordinationV1().Leases("default").Get(context.Background(), "election", metav1.GetOptions{}))
	seen["released"] = *lease.Spec.HolderIdentity == ""
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	clients := must(kubernetes.NewForConfig(&rest.Config{Host: os.Args[1], QPS: -1}))
	seen := report{}
	leases(ctx, clients, seen)
	informed(ctx, clients, seen)
	elected(ctx, clients, seen)
	version := must(clients.Discovery().ServerVersion())
	seen["serverVersion"] = version.Major + "." + version.Minor
	_, resources, err := clients.Discovery().ServerGroupsAndResources()
	seen["groups"] = len(resources)
	if err != nil {
		panic(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(seen); err != nil {
		panic(err)
	}
}
